import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../../src/otlp/decode.ts';
import { signals } from '../../src/otlp/schema.ts';
import type { SdkApp } from '../lab/sdk-app.ts';
import type { AppName } from '../sdk/apps/build.ts';
import type { Status } from './exports.ts';
import type { Load, SignalLoad } from './load.ts';
import { eachSignal, type NamedProgram, type Site } from './site.ts';

/** What each SDK says when the agent refuses with a code for another try; Go's and Java's over gRPC when the tries are over. */
const sayings: Readonly<Partial<Record<AppName, RegExp>>> = {
  'node-http': /Scheduling export retry/,
  'node-grpc': /14 UNAVAILABLE: sending queue is full/,
  'python-http': /Transient error Service Unavailable/,
  'python-grpc': /Transient error StatusCode.UNAVAILABLE .* sending queue is full/,
  'java-http': /retryable response: Response{code=503/,
  'java-grpc': /Server is UNAVAILABLE.*sending queue is full/,
  'go-http': /retry-able request failure: body: .*sending queue is full/,
  'go-grpc': /code = Unavailable desc = sending queue is full/,
};

/** The apps whose SDKs have not been told to try again yet; empty as soon as all have, at the latest after a minute. */
export async function notTold(apps: readonly SdkApp[], programs: readonly NamedProgram[]): Promise<AppName[]> {
  for (const end = performance.now() + 60_000; ; await sleep(200)) {
    const silent = programs.filter(({ name }, i) => sayings[name]?.test(apps[i]?.diagnostics ?? '') !== true);
    if (silent.length === 0 || performance.now() > end) return silent.map(({ name }) => name);
  }
}

/** Fills the queues of all signals to the last bytes, and keeps them full until it is stopped. Give it a backend that hangs. */
export async function fillQueues(site: Site): Promise<Load[]> {
  const loads: Load[] = [];
  for (const [items, padding] of [
    [20, 10_000],
    [1, 10_000],
    [1, 1],
  ] as const) {
    await loads.at(-1)?.stop();
    const slowly = padding === 1 && { perSecond: 50 };
    const load: SignalLoad = { items, shape: { attributes: 0, padding }, concurrency: 2, ...slowly };
    loads.push(
      await site.load({ service: `${site.name}-${loads.length}`, transport: 'http', signals: eachSignal(load) }),
    );
    await refusedOfAll(loads.at(-1) as Load, 10);
  }
  return loads;
}

/** Resolves when that many requests of each of the signals were refused. */
export const refusedOfAll = (load: Load, requests: number, of: readonly Signal[] = signals): Promise<void> =>
  answeredOfAll(load, ['503', 'grpc 14'], requests, of);

/** Resolves when at least one request of each signal was accepted. */
export const acceptedOfAll = (load: Load): Promise<void> => answeredOfAll(load, ['200', 'grpc 0'], 1, signals);

async function answeredOfAll(
  { answers }: Load,
  statuses: readonly Status[],
  requests: number,
  of: readonly Signal[],
): Promise<void> {
  const answered = (signal: Signal) =>
    answers.filter((one) => one.signal === signal && statuses.includes(one.status)).length;
  while (!of.every((signal) => answered(signal) >= requests)) await sleep(100);
}
