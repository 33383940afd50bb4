import type { Backoff } from './backoff.ts';
import { milliseconds, seconds } from './quantity.ts';
import type { Duration } from './quantity.ts';

const fiveAttempts = {
  initial: seconds(1),
  multiplier: 1.5,
  max: seconds(5),
  attempts: 5,
  jitter: [0.8, 1.2],
} as const satisfies Backoff;

const phpDelays = {
  initial: milliseconds(100),
  multiplier: 2,
  max: seconds(1),
  attempts: 4,
  jitter: [0.5, 1],
} as const;

/** The constants in each SDK's code, none of which a variable can change but C++'s. Where they stand: `sources`. */
export const backoffs = {
  java: fiveAttempts,
  nodejs: { ...fiveAttempts, attempts: 6 },
  cpp: fiveAttempts,
  python: { initial: seconds(1), multiplier: 2, max: seconds(64), attempts: 6, jitter: [0.8, 1.2] },
  go: { initial: seconds(5), multiplier: 1.5, max: seconds(30), jitter: [0.5, 1.5], noDelayAfter: seconds(60) },
  dotnet: { initial: seconds(1), multiplier: 1.5, max: seconds(5), jitter: [0, 1] },
  ruby: { initial: seconds(2), multiplier: 2, max: seconds(64), attempts: 6, jitter: [0, 1], wholeSeconds: true },
  phpHttp: phpDelays,
  phpGrpc: phpDelays,
} as const satisfies Record<string, Backoff>;

/**
 * The backoff that fills a timeout in C++, where gRPC stops at five attempts: delays of 1, 2, 4 and 4
 * fifteenths of it, so that all four fit even 20 % longer (13.2 fifteenths).
 *
 * In tenths of a second, because the SDK prints them into gRPC's service config with one decimal.
 */
export function cppBackoff(timeout: Duration): Backoff {
  const initial = milliseconds(Math.ceil(timeout.ms / 1500) * 100);
  return { initial, multiplier: 2, max: milliseconds(initial.ms * 4), attempts: 5, jitter: [0.8, 1.2] };
}
