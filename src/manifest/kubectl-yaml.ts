import { isAlias, isMap, isSeq, type Pair, Scalar, type ScalarTag, type Tags, type YAMLMap } from 'yaml';

/**
 * How kubectl reads YAML, as options for the `yaml` package: YAML 1.1 words (`yes`, `off`, `0755`), merge
 * keys, and repeated keys of which the last wins without an error.
 *
 * The package's own 1.1 schema differs from kubectl's reader (sigs.k8s.io/yaml, a fork of go-yaml v2) in
 * ways that change values: it reads 12:30 as a number of base 60, 2020-01-01 as a date and the word e2 as
 * not-a-number, where kubectl sees strings. So the scalars are spelt out here, after resolve.go of
 * https://github.com/go-yaml/yaml/tree/v2.4.0.
 */
export const kubectlYaml = {
  // A `%YAML 1.2` line in a file would otherwise switch to that version's words; kubectl knows only one way.
  schema: 'yaml-1.1',
  customTags: (tags: Tags): Tags => [...tags.filter(isKept), ...scalarTags],
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  strict: true,
  stringKeys: false,
  prettyErrors: false,
  logLevel: 'error',
  keepSourceTokens: true,
} as const;

/** Aliases that one document may expand to, against input made to exhaust memory; real files have dozens. */
export const maxAliasCount = 10_000;

const keptTags = ['tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq', 'tag:yaml.org,2002:str'];

function isKept(tag: Tags[number]): boolean {
  return typeof tag === 'object' && keptTags.includes(tag.tag);
}

function scalarTag(name: string, test: RegExp, resolve: ScalarTag['resolve']): ScalarTag {
  return { tag: `tag:yaml.org,2002:${name}`, default: true, test, resolve };
}

const scalarTags: ScalarTag[] = [
  scalarTag('null', /^(?:~|null|Null|NULL)?$/, () => new Scalar(null)),
  scalarTag('bool', /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/, () => true),
  scalarTag('bool', /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/, () => false),
  scalarTag('int', /^[-+]?0[bB]_*[01][01_]*$/, (text) => readInteger(text, /0[bB]/, 2)),
  scalarTag('int', /^[-+]?0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*$/, (text) => readInteger(text, /0[xX]/, 16)),
  scalarTag('int', /^[-+]?0[oO]?_*[0-7][0-7_]*$/, (text) => readInteger(text, /0[oO]?/, 8)),
  scalarTag('float', /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/, (text) =>
    Number(text.replaceAll('_', '')),
  ),
  scalarTag('float', /^[-+]?\.(?:inf|Inf|INF)$/, (text) => (text.startsWith('-') ? -Infinity : Infinity)),
  scalarTag('float', /^\.(?:nan|NaN|NAN)$/, () => Number.NaN),
  {
    ...scalarTag('merge', /^<<$/, () => Object.assign(new Scalar('<<'), { addToJSMap: mergeInto })),
    default: 'key',
  },
];

function readInteger(text: string, prefix: RegExp, base: number): number {
  const digits = text.replace(/^[-+]/, '').replace(prefix, '').replaceAll('_', '');
  return (text.startsWith('-') ? -1 : 1) * Number.parseInt(digits, base);
}

/** Whether a pair is a merge (`<<: *base`). */
export function isMerge(pair: Pair): boolean {
  return pair.key instanceof Scalar && 'addToJSMap' in pair.key;
}

type Context = NonNullable<Parameters<YAMLMap['toJSON']>[1]>;

/**
 * Merges as go-yaml v2 does: what is merged overrides keys that stand before the `<<`, and keys that stand
 * after it override what was merged. (YAML itself says that the map's own keys always win.)
 */
function mergeInto(context: Context, target: Record<string, unknown>, value: unknown): void {
  const resolve = (node: unknown) => (isAlias(node) ? node.resolve(context.doc, context) : node);
  const source = resolve(value);
  // The first of several wins, so it comes last.
  for (const map of (isSeq(source) ? source.items.toReversed() : [source]).map(resolve)) {
    if (!isMap(map)) throw new Error('a merge key (<<) needs a mapping, or a list of mappings');
    for (const [key, merged] of Object.entries(map.toJSON(null, context) as Record<string, unknown>)) {
      Object.defineProperty(target, key, { value: merged, writable: true, enumerable: true, configurable: true });
    }
  }
}
