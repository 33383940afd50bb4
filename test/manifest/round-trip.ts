import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { injectManifests } from '../../src/manifest/inject.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { uninjectManifests } from '../../src/manifest/uninject.ts';
import { options } from './options.ts';
import { manifestText } from './random-manifests.ts';

const inject = (text: string) => injectManifests([{ name: 'x.yaml', text }], options).sources[0]?.after ?? '';
const uninject = (text: string) => uninjectManifests([{ name: 'x.yaml', text }], options).sources[0]?.after ?? '';

function isReadable(text: string): boolean {
  try {
    readStream({ name: 'x.yaml', text });
    return true;
  } catch {
    return false; // Some layouts that the yaml package writes, it does not read back.
  }
}

/** The property that inject and uninject stand on, over this many random manifests. */
export function roundTrips(numRuns: number): void {
  it('manifests come back byte for byte, and are injected once only', () => {
    fc.assert(
      fc.property(manifestText.filter(isReadable), (text) => {
        const injected = inject(text);
        expect(inject(injected)).toBe(injected);
        expect(uninject(injected)).toBe(text);
      }),
      { numRuns },
    );
  });
}
