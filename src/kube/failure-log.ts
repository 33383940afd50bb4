import type { Log } from '../log.ts';
import type { ApiError } from './errors.ts';

/** How long a failure that came, went and comes again is not logged anew. */
const quietMs = 60_000;

interface Failing {
  /** Who suffers from it now. */
  readonly sources: Set<string>;
  since: number;
  /** Undefined: not since it last went away. */
  logged: boolean;
  lastLoggedAt: number;
}

/**
 * Writes one line for each distinct failure however often it is retried and however many callers it hits, and one
 * when it is over.
 */
export class FailureLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #failing = new Map<string, Failing>();

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  /**
   * `source` failed because of `error`; says so unless it was said.
   *
   * @param afterMs how long the failure must have lasted, for one that may not be true
   */
  report(source: string, error: ApiError, afterMs = 0): void {
    const now = this.#now();
    const failing = this.#failing.get(error.key) ?? newFailing();
    this.#failing.set(error.key, failing);
    if (failing.sources.size === 0) failing.since = now;
    failing.sources.add(source);
    if (failing.logged || now - failing.since < afterMs || now - failing.lastLoggedAt < quietMs) return;
    failing.logged = true;
    failing.lastLoggedAt = now;
    this.#log.warn({ problem: error.message, from: source }, 'a call to the API server failed and is retried');
  }

  /** `source` works again; says so once all do that failed for the same reason. */
  recovered(source: string): void {
    const now = this.#now();
    for (const [key, failing] of this.#failing) {
      if (failing.sources.delete(source) && failing.sources.size === 0 && failing.logged) {
        failing.logged = false;
        const seconds = Math.round((now - failing.since) / 1000);
        this.#log.info({ problem: key, seconds }, 'calls to the API server work again');
      }
      if (failing.sources.size === 0 && now - failing.lastLoggedAt >= quietMs) this.#failing.delete(key);
    }
  }
}

function newFailing(): Failing {
  return { sources: new Set(), since: 0, logged: false, lastLoggedAt: Number.NEGATIVE_INFINITY };
}
