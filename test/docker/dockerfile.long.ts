import { describe, it } from 'vitest';
import { isClone } from './context.ts';
import { stages } from './image.ts';
import { answersReviews, looksForACluster, printsItsVersion } from './image-checks.ts';
import { replay, runInShell } from './replay.ts';

describe.skipIf(!isClone)('the image with its dependencies really installed', () => {
  it('works', async () => {
    const { image, remove } = replay(stages, runInShell);
    await printsItsVersion(image);
    await answersReviews(image);
    await looksForACluster(image);
    remove();
  });
});
