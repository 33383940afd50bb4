import { readFileSync } from 'node:fs';
import path from 'node:path';
import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { injectManifests } from '../../src/manifest/inject.ts';
import { objectsOf } from '../../src/manifest/objects.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { uninjectManifests } from '../../src/manifest/uninject.ts';
import { corpusFiles } from '../corpus.ts';
import { options } from './options.ts';

const files = corpusFiles('manifests');

describe.skipIf(files.length === 0)('manifests of the corpus', () => {
  describe.each(files.length === 0 ? ['none'] : files)('%s', (file) => {
    const source = () => ({ name: path.basename(file), text: readFileSync(file, 'utf8') });
    const run = () => injectManifests([source()], options);

    it('come back byte for byte from inject and uninject', () => {
      const { text, name } = source();
      const [injected] = run().sources;
      expect(injected?.after).not.toBe(text);
      expect(uninjectManifests([{ name, text: injected?.after ?? '' }], options).sources[0]?.after).toBe(text);
    });

    it('change in nothing but what the patches say', () => {
      const { workloads, sources } = run();
      const after = objectsOf(readStream({ name: file, text: sources[0]?.after ?? '' }));
      const pending = [...workloads];
      for (const [index, object] of objectsOf(readStream(source())).entries()) {
        const next = pending[0];
        const isNext = next?.kind === object.kind && next.name === object.name;
        const operations = isNext ? (pending.shift()?.operations ?? []) : [];
        const want = jsonpatch.applyPatch(
          structuredClone(object.value),
          structuredClone(operations) as never,
        ).newDocument;
        expect(after[index]?.value).toEqual(want);
      }
      expect(pending).toEqual([]);
    });

    it('only gain characters', () => {
      const { after = '' } = run().sources[0] ?? {};
      let position = -1;
      const isKept = (character: string) => (position = after.indexOf(character, position + 1)) >= 0;
      expect(source().text.split('').every(isKept)).toBe(true);
    });

    it('do not change when injected again', () => {
      const [first] = run().sources;
      const again = injectManifests([{ name: file, text: first?.after ?? '' }], options);
      expect(again.sources[0]?.after).toBe(first?.after);
      expect(again.workloads.flatMap(({ operations }) => operations)).toEqual([]);
    });
  });
});
