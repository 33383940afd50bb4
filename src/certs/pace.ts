const longestWaitMs = 30_000;
const patience = 4;

/**
 * When a write may be made. It waits a random moment, at most `jitterMs`, from when it was first found to be needed:
 * by then another replica has mostly made it. Writes in quick succession wait longer and longer, up to 30 s: either
 * they fail, or somebody else keeps undoing them.
 */
export class Pace {
  readonly #jitterMs: number;
  readonly #random: () => number;
  #step = 0;
  #settled = true;
  #writeAt: number | undefined;
  #lastAttempt = -Infinity;

  constructor(jitterMs: number, random: () => number) {
    this.#jitterMs = jitterMs;
    this.#random = random;
  }

  /** How long a write that is needed has to wait still; 0 makes it due, and counts as the attempt. */
  waitMs(now: number): number {
    this.#writeAt ??= now + this.#nextWait(now);
    // A clock that was set back must not turn half a second into years.
    this.#writeAt = Math.min(this.#writeAt, now + longestWaitMs);
    if (this.#writeAt > now) return this.#writeAt - now;
    this.#lastAttempt = now;
    this.#writeAt = undefined;
    return 0;
  }

  /** The write is not needed any more. */
  settle(): void {
    this.#writeAt = undefined;
    this.#settled = true;
  }

  #nextWait(now: number): number {
    const isQuick = Math.abs(now - this.#lastAttempt) < this.#longest() * patience;
    this.#step = isQuick || !this.#settled ? this.#step + 1 : 0;
    this.#settled = false;
    const spread = this.#step === 0 ? this.#random() : (1 + this.#random()) / 2;
    return spread * this.#longest();
  }

  #longest(): number {
    return Math.min(this.#jitterMs * 2 ** this.#step, longestWaitMs);
  }
}
