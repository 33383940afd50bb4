import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const folder = new URL('fixtures/reviews/', import.meta.url);

/** AdmissionReviews as an API server sent them, byte for byte: `special-no-env`, without the file's ending. */
export const reviewNames = readdirSync(folder)
  .map((file) => file.replace(/\.json(\.gz)?$/, ''))
  .sort();

export function readReview(name: string): Buffer {
  if (name === 'special-large') return gunzipSync(readFileSync(new URL('special-large.json.gz', folder)));
  return readFileSync(new URL(`${name}.json`, folder));
}
