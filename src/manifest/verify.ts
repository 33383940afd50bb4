import { isObject } from '../inject/shape.ts';
import { describeObject, type ManifestObject } from './objects.ts';
import { type ManifestDocument, readStream, type Stream } from './stream.ts';

/**
 * Reads a changed text again and returns it, if it holds what it should: the last line of defence against
 * emitting YAML that means something else.
 *
 * @param expected the value of each document of the stream, as it should be now
 * @param changed the objects that were worked on, to name the culprit
 * @param normalize makes values comparable where several spellings mean the same; returns a copy
 * @throws Error naming the object; nothing may be written then
 */
export function verified(
  stream: Stream,
  text: string,
  expected: readonly unknown[],
  changed: readonly ManifestObject[],
  normalize: (value: unknown, document: ManifestDocument) => unknown = (value) => value,
): Stream {
  const again = reread(stream.name, text, changed);
  stream.documents.forEach((document, index) => {
    const got = again.documents[index]?.value;
    if (sameJson(normalize(got, document), normalize(expected[index], document))) return;
    const culprits = changed.filter((object) => object.document === document);
    throw internalError(stream, culprits, 'would come out other than decided');
  });
  if (again.documents.length !== stream.documents.length) throw internalError(stream, changed, 'would be split up');
  return again;
}

function reread(name: string, text: string, changed: readonly ManifestObject[]): Stream {
  try {
    return readStream({ name, text });
  } catch (cause) {
    throw internalError({ name }, changed, 'would come out as invalid YAML', cause);
  }
}

function internalError(
  { name }: { name: string },
  objects: readonly ManifestObject[],
  problem: string,
  cause?: unknown,
): Error {
  const which = objects.map(describeObject).join(', ');
  return new Error(`internal error: ${which} in ${name} ${problem}, so nothing was written; please report it`, {
    cause,
  });
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
