import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import type { Container, Pod } from '../../src/inject/pod.ts';
import { detectLanguage } from '../../src/retry/evidence.ts';
import { corpusFiles } from '../corpus.ts';
import { briefly, type Known } from './language-fixtures.ts';

/** What is known of each container of the corpus, by its image and the beginning of its command. */
export interface CorpusTruth extends Known {
  image: string;
  command?: string;
}

/** The truth about the corpus. It is in the repository, the corpus is not. */
export const corpusTruth: readonly CorpusTruth[] = parse(
  readFileSync(path.join(import.meta.dirname, 'fixtures/corpus-languages.yaml'), 'utf8'),
);

export interface CorpusContainer {
  image: string;
  command: string;
  says: string;
}

/** Every container of the corpus, each combination of image, command and what is found once. Empty without the corpus. */
export function corpusContainers(): CorpusContainer[] {
  const pods = [...corpusFiles('reviews').flatMap(podOfReview), ...corpusFiles('manifests').flatMap(podsOfManifest)];
  const all = pods.flatMap(({ metadata, spec }) =>
    (['initContainers', 'containers'] as const).flatMap((list) =>
      (spec[list] ?? []).map((container, index): CorpusContainer => {
        const isFirst = list === 'containers' && index === 0;
        const finding = detectLanguage(container, metadata?.annotations ?? {}, undefined, { isFirst });
        return { image: container.image ?? '', command: commandKey(container), says: briefly(finding) };
      }),
    ),
  );
  return [...new Map(all.map((container) => [JSON.stringify(container), container])).values()];
}

/** Enough of the command to tell the containers of one image apart. */
const commandKey = ({ command }: Container): string =>
  (command ?? []).join(' ').replace(/\s+/g, ' ').slice(0, 40).trim();

function podOfReview(file: string): Pod[] {
  return podsIn(JSON.parse(readFileSync(file, 'utf8')).request.object);
}

function podsOfManifest(file: string): Pod[] {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  return parseAllDocuments(text, { uniqueKeys: false, merge: true }).flatMap((document) => podsIn(document.toJS()));
}

/** Pods and pod templates, wherever they are: an object whose spec holds containers. */
function podsIn(value: unknown): Pod[] {
  if (typeof value !== 'object' || value === null) return [];
  const { spec } = value as Partial<Pod>;
  const own = Array.isArray(spec?.containers) ? [value as Pod] : [];
  return [...own, ...Object.values(value).flatMap(podsIn)];
}
