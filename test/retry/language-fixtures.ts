import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Container } from '../../src/inject/pod.ts';
import { detectLanguage } from '../../src/retry/evidence.ts';
import type { LanguageFinding } from '../../src/retry/evidence.ts';

/** What somebody knows to run in a container, and what we say of it. fixtures/languages/README.md explains the keys. */
export interface Known {
  truth: string | readonly string[];
  fits?: readonly string[];
  says: string;
}

export interface KnownContainer extends Known {
  title: string;
  finding: () => LanguageFinding;
}

interface FixtureContainer extends Omit<Container, 'name' | 'env'>, Known {
  env?: Record<string, string>;
  probe?: string[];
}

interface Fixture {
  name: string;
  source: string;
  annotations?: Record<string, string>;
  initContainers?: FixtureContainer[];
  containers: FixtureContainer[];
}

const folder = path.join(import.meta.dirname, 'fixtures/languages');

/** The pods of fixtures/languages, in the order of their files. */
export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .sort()
  .flatMap((file) => parseAllDocuments(readFileSync(path.join(folder, file), 'utf8')))
  .filter((document) => document.contents !== null)
  .map((document) => document.toJS({ maxAliasCount: 0 }) as Fixture);

/** All their containers, each with what the detection makes of it. */
export const knownContainers: readonly KnownContainer[] = fixtures.flatMap(
  ({ name, annotations = {}, initContainers = [], containers }) =>
    [
      ...initContainers.map((given, index) => ({ given, list: 'init', index })),
      ...containers.map((given, index) => ({ given, list: 'app', index })),
    ].map(({ given, list, index }) => ({
      title: `${name}: ${list} ${index + 1}`,
      truth: given.truth,
      ...(given.fits && { fits: given.fits }),
      says: given.says,
      finding: () =>
        detectLanguage(podContainer(given), annotations, undefined, { isFirst: list === 'app' && index === 0 }),
    })),
);

/** As it stands in a pod: the keys that are only for us taken out, the variables a list. */
function podContainer({
  truth: _truth,
  fits: _fits,
  says: _says,
  env,
  probe,
  ...container
}: FixtureContainer): Container {
  return {
    name: 'app',
    ...container,
    ...(env && { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
    ...(probe && { livenessProbe: { exec: { command: probe } } }),
  };
}

/** `java hint`, `unknown` or `disagree`: the form of `says`. */
export function briefly({ language, strength, disagree }: LanguageFinding): string {
  if (disagree) return 'disagree';
  return language === undefined ? 'unknown' : `${language} ${strength}`;
}

/** Whether a finding in the form of `says` is the truth. Where several runtimes run, only what `fits` is right. */
export function verdict({ truth, fits = [] }: Known, says: string): 'right' | 'unknown' | 'wrong' {
  const [language = ''] = says.split(' ');
  if (language === 'unknown' || language === 'disagree') return 'unknown';
  return language === truth || fits.includes(language) ? 'right' : 'wrong';
}
