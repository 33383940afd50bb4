import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadSettings } from '../src/config/load.ts';

/** One folder of test/golden: what goes in, in case.yaml; what comes out stands beside it in expected.yaml. */
export interface GoldenCase {
  readonly name: string;
  readonly title: string;
  readonly pod: Record<string, unknown>;
  /** A configuration file's content. */
  readonly settings: Record<string, unknown>;
  readonly namespace: { readonly enabled: boolean; readonly annotations: Record<string, string> };
  /** Data by name; null for one that does not exist. What is not named cannot be read. */
  readonly configMaps: Record<string, Record<string, string> | null>;
  /** Fields of the AdmissionRequest that differ from the creation of a pod. */
  readonly request: Record<string, unknown>;
  readonly through: readonly ('core' | 'http' | 'cli')[];
}

const folder = new URL('golden/', import.meta.url);

export function goldenCases(): GoldenCase[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const read = parse(readFileSync(new URL(`${name}/case.yaml`, folder), 'utf8')) as Partial<GoldenCase> &
        GoldenCase;
      return {
        ...read,
        name,
        settings: read.settings ?? {},
        namespace: { enabled: read.namespace?.enabled ?? true, annotations: read.namespace?.annotations ?? {} },
        configMaps: read.configMaps ?? {},
        request: read.request ?? {},
        through: read.through ?? ['core', 'http', 'cli'],
      };
    });
}

export const expectedFile = (name: string): string => new URL(`${name}/expected.yaml`, folder).pathname;

export const settingsOf = (golden: GoldenCase) =>
  loadSettings({ flags: {}, env: {}, file: { path: 'case.yaml', text: JSON.stringify(golden.settings) } });
