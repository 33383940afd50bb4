const longestWaitMs = 30_000;
const patience = 4;
/** Writes whose attempts are remembered: more than a fight about one object can be about. */
const mostRemembered = 16;

/** One write that is needed, and how it went with it so far. */
interface Attempts {
  step: number;
  settled: boolean;
  writeAt: number | undefined;
  last: number;
}

/**
 * When a write may be made. It waits a random moment, at most `jitterMs`, from when it was first found to be needed:
 * by then another replica has mostly made it. The same write in quick succession waits longer and longer, up to 30 s:
 * either it fails, or somebody else keeps undoing it. The steps of a rotation differ, and don't hold each other up.
 */
export class Pace {
  readonly #jitterMs: number;
  readonly #random: () => number;
  /** By what they write, the latest last. */
  readonly #attempts = new Map<string, Attempts>();
  #needed = '';

  constructor(jitterMs: number, random: () => number) {
    this.#jitterMs = jitterMs;
    this.#random = random;
  }

  /**
   * How long a write that is needed has to wait still; 0 makes it due, and counts as the attempt.
   *
   * @param write what tells it from other writes to the same object
   */
  waitMs(now: number, write: string): number {
    if (write !== this.#needed) this.settle();
    this.#needed = write;
    const attempts = this.#of(write);
    // A clock that was set back must not turn half a second into years.
    const writeAt = Math.min(attempts.writeAt ?? now + this.#nextWait(attempts, now), now + longestWaitMs);
    if (writeAt <= now) attempts.last = now;
    attempts.writeAt = writeAt > now ? writeAt : undefined;
    return Math.max(0, writeAt - now);
  }

  /** Nothing has to be written any more. */
  settle(): void {
    const attempts = this.#attempts.get(this.#needed);
    if (attempts !== undefined) Object.assign(attempts, { writeAt: undefined, settled: true });
  }

  #of(write: string): Attempts {
    const attempts = this.#attempts.get(write) ?? { step: 0, settled: true, writeAt: undefined, last: -Infinity };
    this.#attempts.delete(write);
    this.#attempts.set(write, attempts);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > mostRemembered && oldest !== undefined) this.#attempts.delete(oldest);
    return attempts;
  }

  #nextWait(attempts: Attempts, now: number): number {
    const isQuick = Math.abs(now - attempts.last) < this.#longest(attempts) * patience;
    attempts.step = isQuick || !attempts.settled ? attempts.step + 1 : 0;
    attempts.settled = false;
    const spread = attempts.step === 0 ? this.#random() : (1 + this.#random()) / 2;
    return spread * this.#longest(attempts);
  }

  #longest({ step }: Attempts): number {
    return Math.min(this.#jitterMs * 2 ** step, longestWaitMs);
  }
}
