import { type Document, isMap, isNode, isScalar, LineCounter, type Pair, parseDocument, type Range, visit } from 'yaml';
import { type Problem, show } from './problems.ts';
import { type KnownRow, settingRows } from './settings.ts';
import { splitKey } from './shape.ts';
import { nearest } from './suggest.ts';

/** The configuration file, already read. */
export interface SettingsFile {
  /** As it should appear in messages. */
  readonly path: string;
  readonly text: string;
}

/** A value somebody gave for a setting, not yet judged. */
export interface GivenValue {
  readonly row: KnownRow;
  readonly raw: unknown;
  readonly source: string;
}

const keys: readonly string[] = settingRows.map((row) => row.key);
const groups = [...new Set(keys.flatMap((key) => splitKey(key).group ?? []))];

/**
 * The values that a file sets, and what is wrong with its shape: YAML that cannot be read, keys given twice,
 * unknown keys. An empty file, and a group without keys, set nothing.
 */
export function readSettingsFile(file: SettingsFile): { given: GivenValue[]; problems: Problem[] } {
  const lines = new LineCounter();
  const options = { strict: true, stringKeys: true, uniqueKeys: true, prettyErrors: false } as const;
  const document = parseDocument(file.text, { ...options, lineCounter: lines });
  const sourceAt: SourceAt = (range) => `${file.path}:${lines.linePos(range?.[0] ?? 0).line}`;
  const invalid = invalidYaml(document, sourceAt);
  if (invalid.length > 0) return { given: [], problems: invalid };
  const found = readGroup('', document.contents, sourceAt(document.contents?.range), sourceAt);
  return { given: found.flatMap((item) => item.given ?? []), problems: found.flatMap((item) => item.problem ?? []) };
}

type SourceAt = (range: Range | null | undefined) => string;
type Found =
  | { readonly given: GivenValue; readonly problem?: never }
  | { readonly problem: Problem; readonly given?: never };

/** Aliases are refused too: a file this small needs none, and without them no node stands in two places. */
function invalidYaml(document: Document.Parsed, sourceAt: SourceAt): Problem[] {
  const problems = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    key: 'the file',
    source: sourceAt([...pos, pos[1]]),
    got: `invalid YAML: ${message}`,
    expected: 'one valid YAML document',
  }));
  visit(document, {
    Alias: (_, alias) => {
      const expected = 'each value written out';
      problems.push({ key: 'the file', source: sourceAt(alias.range), got: 'a YAML alias', expected });
    },
  });
  return problems;
}

/** The entries of one mapping, `prefix` being empty or a group's name with its dot. */
function readGroup(prefix: string, node: unknown, source: string, sourceAt: SourceAt): Found[] {
  if (isMap(node)) return node.items.flatMap((pair) => readPair(prefix, pair, sourceAt));
  const raw = plain(node);
  if (raw === null) return [];
  return [
    { problem: { key: prefix.slice(0, -1) || 'the file', source, got: show(raw), expected: 'keys with values' } },
  ];
}

function readPair(prefix: string, { key: keyNode, value }: Pair, sourceAt: SourceAt): Found[] {
  const key = prefix + (isScalar(keyNode) ? String(keyNode.value) : show(plain(keyNode)));
  const source = sourceAt(isNode(keyNode) ? keyNode.range : undefined);
  const row = settingRows.find((candidate) => candidate.key === key);
  if (row !== undefined) return [{ given: { row, raw: plain(value), source } }];
  if (groups.includes(key)) return readGroup(`${key}.`, value, source, sourceAt);
  return [{ problem: unknownKey(key, source) }];
}

function plain(node: unknown): unknown {
  return isNode(node) ? node.toJSON() : null;
}

function unknownKey(key: string, source: string): Problem {
  const meant = suggestKey(key);
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  return { key, source, got: 'an unknown key', expected: `one of docs/configuration.md${suggestion}` };
}

/** A known key with the same last part, or one that is spelt nearly so. */
function suggestKey(key: string): string | undefined {
  const last = splitKey(key).leaf.toLowerCase();
  const sameLeaf = keys.filter((known) => splitKey(known).leaf.toLowerCase() === last);
  return sameLeaf.length === 1 ? sameLeaf[0] : nearest(key, [...keys, ...groups]);
}
