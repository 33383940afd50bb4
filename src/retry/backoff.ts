import { milliseconds } from './quantity.ts';
import type { Duration } from './quantity.ts';

/** How an SDK waits between the attempts to send one batch: the n-th delay is a random part of initial × multiplier^n, at most max. */
export interface Backoff {
  initial: Duration;
  multiplier: number;
  max: Duration;
  /** The first attempt included. Absent: no limit but time. */
  attempts?: number;
  /** The delay lies evenly between these parts of its nominal length. */
  jitter: readonly [low: number, high: number];
  /** The delay is a random whole number of seconds below its nominal length. */
  wholeSeconds?: true;
  /** No further delay begins once this long has passed; one that has begun is waited out. */
  noDelayAfter?: Duration;
}

/** What bounds the attempts from outside. */
export interface Bounds {
  /** No attempt starts at or after this time. Absent: only the backoff ends it. */
  deadline?: Duration;
  /** How long each failing attempt takes: zero when refused. */
  attempt: Duration;
}

/** When the last attempt starts, counted from the first: all but one batch in a hundred, and half of them, get at least so far. */
export interface LastAttempt {
  p1: Duration;
  p50: Duration;
}

/**
 * Computes when the last attempt for a batch starts.
 *
 * Exact rather than drawn: the probabilities of all starting times are carried from attempt to attempt on a
 * grid of a thousand cells. The middle of each delay would not do: where a deadline cuts the sequence, as
 * it nearly always does, the median is somewhere else (Ruby with 30 s: 18 s, not 28 s).
 */
export function lastAttempt(backoff: Backoff, bounds: Bounds): LastAttempt {
  const key = JSON.stringify([backoff, bounds]);
  const known = computed.get(key);
  if (known !== undefined) return known;
  // The values are the users' own, so the number of keys has to have an end.
  if (computed.size >= 1000) computed.clear();
  const result = compute(backoff, bounds);
  computed.set(key, result);
  return result;
}

/** Beyond it nothing is worth knowing, and a cell of the grid would be longer than a delay. */
const anHourMs = 3_600_000;

/** A computation takes up to 50 ms, and manifests ask for the same few again and again. */
const computed = new Map<string, LastAttempt>();

function compute(backoff: Backoff, bounds: Bounds): LastAttempt {
  const deadlineMs = bounds.deadline === undefined ? Number.POSITIVE_INFINITY : Math.min(bounds.deadline.ms, anHourMs);
  const endMs = longestMs(backoff, bounds.attempt);
  const stepMs = backoff.wholeSeconds ? 1000 : Math.max(Math.min(deadlineMs, endMs) / 1000, 1);
  // An attempt can start at the very end of the sequence, but not at the deadline.
  const cells = deadlineMs <= endMs ? Math.max(Math.ceil(deadlineMs / stepMs), 1) : Math.floor(endMs / stepMs) + 2;
  const lastStart = new Float64Array(cells);
  let starting = new Float64Array(cells);
  starting[0] = 1;
  for (let attempt = 1; sum(starting) > 1e-6; attempt += 1) {
    starting = next(backoff, bounds, { attempt, stepMs, starting, lastStart });
  }
  return { p1: quantile(lastStart, 0.01, stepMs), p50: quantile(lastStart, 0.5, stepMs) };
}

/** The latest time at which a last attempt can start when no deadline cuts the sequence short. Infinite without a limit. */
export function longestMs(backoff: Backoff, attempt: Duration): number {
  let ms = 0;
  for (let n = 1; n !== backoff.attempts; n += 1) {
    const [, high] = delayRangeMs(backoff, n);
    if (backoff.attempts === undefined && backoff.noDelayAfter === undefined) return Number.POSITIVE_INFINITY;
    if (backoff.noDelayAfter !== undefined && ms + attempt.ms > backoff.noDelayAfter.ms)
      return longestAfterLimit(backoff);
    ms += attempt.ms + high;
  }
  return ms;
}

/** A sequence that ends by `noDelayAfter` may still wait one longest delay begun just before it. */
function longestAfterLimit({ noDelayAfter, max, jitter }: Backoff): number {
  return (noDelayAfter?.ms ?? 0) + max.ms * jitter[1];
}

function delayRangeMs({ initial, multiplier, max, jitter, wholeSeconds }: Backoff, n: number): [number, number] {
  const nominal = Math.min(initial.ms * multiplier ** (n - 1), max.ms);
  return wholeSeconds ? [0, nominal - 1000] : [nominal * jitter[0], nominal * jitter[1]];
}

interface Step {
  attempt: number;
  stepMs: number;
  starting: Float64Array;
  /** Filled here: the probability that the last attempt starts in this cell. */
  lastStart: Float64Array;
}

/** The starting times of the following attempt. What has no following attempt goes to `lastStart`. */
function next(
  backoff: Backoff,
  bounds: Bounds,
  { attempt, stepMs, starting, lastStart }: Step,
): Float64Array<ArrayBuffer> {
  const cells = starting.length;
  const change = new Float64Array(cells + 1);
  const [low, high] = delayRangeMs(backoff, attempt);
  const from = Math.round((bounds.attempt.ms + low) / stepMs);
  const to = Math.max(from, Math.round((bounds.attempt.ms + high) / stepMs));
  for (let cell = 0; cell < cells; cell += 1) {
    const probability = starting[cell] ?? 0;
    if (probability === 0) continue;
    const ends =
      attempt === backoff.attempts ||
      (backoff.noDelayAfter !== undefined && cell * stepMs + bounds.attempt.ms > backoff.noDelayAfter.ms);
    const share = probability / (to - from + 1);
    const begin = Math.min(cell + from, cells);
    const end = Math.min(cell + to + 1, cells);
    if (!ends) {
      change[begin] = (change[begin] ?? 0) + share;
      change[end] = (change[end] ?? 0) - share;
    }
    lastStart[cell] = (lastStart[cell] ?? 0) + (ends ? probability : probability - share * (end - begin));
  }
  return runningSum(change, cells);
}

function runningSum(change: Float64Array, cells: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(cells);
  let total = 0;
  for (let cell = 0; cell < cells; cell += 1) {
    total += change[cell] ?? 0;
    result[cell] = Math.max(total, 0);
  }
  return result;
}

const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);

function quantile(lastStart: Float64Array, part: number, stepMs: number): Duration {
  let total = 0;
  let cell = 0;
  for (; cell < lastStart.length - 1; cell += 1) {
    total += lastStart[cell] ?? 0;
    if (total >= part - 1e-6) break;
  }
  return milliseconds(Math.round(cell * stepMs));
}
