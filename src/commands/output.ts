import { type Command, Option } from 'commander';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { injectionHash } from '../config/hash.ts';
import type { Settings } from '../config/settings.ts';
import { isObject } from '../inject/shape.ts';
import type { ChangedSource, ManifestOptions } from '../manifest/inject.ts';
import { joinTexts } from '../manifest/join.ts';
import type { Io } from './io.ts';

type Options = Readonly<Record<string, unknown>>;

/** Each form of output: what it prints. `diff` is empty when nothing changes. */
const formats = {
  yaml: ({ sources }: Changed) => joinTexts(sources.map(({ after }) => after)),
  json: ({ sources }: Changed) => json(asOneObject(sources.flatMap(({ values }) => values))),
  diff: ({ sources, verb }: Changed) => sources.map((source) => unifiedDiff(source, verb)).join(''),
  patch: ({ workloads }: Changed) => json(workloads.filter(({ operations }) => operations.length > 0).map(patchOf)),
} as const;

type Format = keyof typeof formats;

/** What inject or uninject made of its input. */
export interface Changed {
  /** For the head of a diff: `injected`. */
  readonly verb: string;
  readonly sources: readonly ChangedSource[];
  readonly workloads: readonly ChangedWorkload[];
}

interface ChangedWorkload {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly operations: readonly unknown[];
}

export function addOutputOption(command: Command): void {
  const description =
    'yaml and json: the objects; diff: what changes (exit code 1 when something does); patch: JSON Patches';
  command.addOption(new Option('-o, --output <format>', description).choices(Object.keys(formats)).default('yaml'));
}

export function addNamespaceOption(command: Command): void {
  command.option('-n, --namespace <name>', 'namespace of objects that name none', 'default');
}

/** What the manifest functions need to know besides the manifests. */
export function manifestOptions(options: Options, settings: Settings, { version }: Io): ManifestOptions {
  const stamp = { version, config: injectionHash(settings) };
  return { settings, stamp, namespace: String(options['namespace']) };
}

/** The text for stdout, and whether it says that something changes: a diff that is not empty. */
export function render(format: unknown, changed: Changed): { text: string; differs: boolean } {
  const text = formats[format as Format](changed);
  return { text, differs: format === 'diff' && text !== '' };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** As `kubectl get -o json` would: one object by itself, more in a v1 List, in which other Lists are taken apart. */
function asOneObject(values: readonly unknown[]): unknown {
  const objects = values.filter((value) => value !== null);
  if (objects.length === 1) return objects[0];
  const items = objects.flatMap((value) =>
    isObject(value) && String(value['kind']).endsWith('List') && Array.isArray(value['items'])
      ? value['items']
      : [value],
  );
  return { apiVersion: 'v1', kind: 'List', metadata: {}, items };
}

function unifiedDiff({ name, before, after }: ChangedSource, verb: string): string {
  if (before === after) return '';
  return createTwoFilesPatch(name, name, before, after, '', verb, { headerOptions: FILE_HEADERS_ONLY });
}

function patchOf({ source, apiVersion, kind, namespace, name, operations }: ChangedWorkload): object {
  return { source, apiVersion, kind, namespace, name, patch: operations };
}
