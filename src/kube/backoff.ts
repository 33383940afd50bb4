/** Growing waits between attempts: doubled from `firstMs` to `mostMs`, each between half and all of it. */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(firstMs: number, mostMs: number, random: () => number = Math.random) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** How long to wait now, in milliseconds; at least what the other side asked for, up to `mostMs`. */
  next(askedForMs = 0): number {
    const most = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    // Jitter: the watches of all replicas fail together and must not come back together.
    return Math.max(most * (0.5 + this.#random() / 2), Math.min(askedForMs, this.#mostMs));
  }

  reset(): void {
    this.#failures = 0;
  }
}
