import type { Stored } from '../certs/stores.ts';
import type { KubeObject } from './resources.ts';

/**
 * What is known of the objects of one watch, by name. Takes in what watches deliver and what writes answer, in
 * whatever order they come.
 */
export class KnownObjects<T> {
  readonly #keep: (object: KubeObject) => T;
  #byName = new Map<string, Stored<T>>();

  /** @param keep what to remember of an object: everything else is let go */
  constructor(keep: (object: KubeObject) => T) {
    this.#keep = keep;
  }

  get size(): number {
    return this.#byName.size;
  }

  get(name: string): Stored<T> | undefined {
    return this.#byName.get(name);
  }

  /** Starts again from a complete list: objects that are not in it are gone. */
  replaceAll(found: ReadonlyMap<string, Stored<T>>): void {
    this.#byName = new Map(found);
  }

  /** What would be remembered of an object. */
  read(object: KubeObject): Stored<T> {
    return { value: this.#keep(object), resourceVersion: object.metadata.resourceVersion };
  }

  /** Takes in an object as it was read or written, unless a later version is known. */
  set(object: KubeObject): void {
    if (!this.#isOld(object)) this.#byName.set(object.metadata.name, this.read(object));
  }

  /** Takes in that an object was deleted, unless one that was made later is known. */
  delete(object: KubeObject): void {
    if (!this.#isOld(object)) this.#byName.delete(object.metadata.name);
  }

  #isOld({ metadata }: KubeObject): boolean {
    const known = this.#byName.get(metadata.name)?.resourceVersion;
    return known !== undefined && isOlder(metadata.resourceVersion, known);
  }
}

/**
 * Whether one version of an object comes before another. The versions of one kind of object are decimal numbers that
 * grow (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); of others nothing is said.
 */
export function isOlder(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false;
  return BigInt(version) < BigInt(than);
}
