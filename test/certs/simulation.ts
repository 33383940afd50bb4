interface Planned {
  at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that jumps from one planned event to the next, and random numbers that a seed decides. */
export class Simulation {
  now: number;
  #planned: Planned[] = [];
  #count = 0;
  #seed: number;

  constructor(start: Date, seed: number) {
    this.now = start.getTime();
    this.#seed = seed;
  }

  /** mulberry32 */
  readonly random = (): number => {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), this.#seed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** Any time up to the given one, in milliseconds. */
  readonly upTo = (ms: number): number => this.random() * ms;

  readonly schedule = (run: () => void, delayMs: number): (() => void) => {
    const event = { at: this.now + Math.max(0, delayMs), order: this.#count++, run };
    this.#planned.push(event);
    return () => {
      this.#planned = this.#planned.filter((other) => other !== event);
    };
  };

  readonly wait = (ms: number): Promise<void> => new Promise((resolve) => void this.schedule(resolve, ms));

  /** Runs all that falls into the time, and calls `check` after each event. */
  async advance(ms: number, check: () => void = () => undefined): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (let event = this.#next(end); event !== undefined; event = this.#next(end)) {
      this.now = Math.max(this.now, event.at);
      event.run();
      await settle();
      check();
    }
    this.now = end;
  }

  /** The machine sleeps: time passes, nothing runs. Timers ring as much later, as they do on Linux. */
  sleep(ms: number): void {
    this.now += ms;
    for (const event of this.#planned) event.at += ms;
  }

  #next(end: number): Planned | undefined {
    const first = this.#planned.sort((a, b) => a.at - b.at || a.order - b.order)[0];
    return first !== undefined && first.at <= end ? this.#planned.shift() : undefined;
  }
}

/** Until all promises that can go on have gone on. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
