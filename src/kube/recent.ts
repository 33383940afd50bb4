/**
 * Values for some time each, up to a total size: what was asked for longest ago goes first. Times are those of the
 * clock given; nothing runs in the background.
 */
export class Recent<T> {
  readonly #mostSize: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, { readonly value: T; readonly until: number; readonly size: number }>();
  #size = 0;

  constructor(mostSize: number, now: () => number) {
    this.#mostSize = mostSize;
    this.#now = now;
  }

  /** The value in a box, since undefined can be one; undefined when there is none or its time is over. */
  get(key: string): { readonly value: T } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.delete(key);
    if (entry.until <= this.#now()) return undefined;
    this.#add(key, entry);
    return entry;
  }

  set(key: string, value: T, forMs: number, size: number): void {
    this.delete(key);
    if (size > this.#mostSize) return;
    this.#add(key, { value, until: this.#now() + forMs, size });
    for (const oldest of this.#entries.keys()) {
      if (this.#size <= this.#mostSize) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }

  #add(key: string, entry: { readonly value: T; readonly until: number; readonly size: number }): void {
    this.#entries.set(key, entry);
    this.#size += entry.size;
  }
}
