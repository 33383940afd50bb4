import type { Language, Transport } from './language.ts';

/** The kinds of outage that `npm run test:sdk` makes, in the order of its tables. */
export const outageKinds = {
  refused: 'nobody listens: connections are reset, new ones refused at once',
  dropped: 'connections are reset, then nothing answers: every packet is swallowed',
  reset: 'connections are accepted and reset as soon as a request arrives',
  unavailable: 'each request is answered with 503 (HTTP) or UNAVAILABLE (gRPC)',
  exhausted: 'each request is answered with 429 (HTTP) or RESOURCE_EXHAUSTED (gRPC), without a time to retry after',
  'exhausted-retry-info':
    'each request is answered with 429 and Retry-After (HTTP) or RESOURCE_EXHAUSTED and RetryInfo (gRPC)',
  unresolved: 'connections are reset, then the name of the endpoint is not found',
} as const;
export type OutageKind = keyof typeof outageKinds;

/** `defaults`: endpoint and protocol only. `injected`: all that the injection adds for a container of that language. */
export const settingNames = ['defaults', 'injected'] as const;
export type SettingName = (typeof settingNames)[number];

export const measuredSignals = ['traces', 'logs', 'metrics'] as const;
export type MeasuredSignal = (typeof measuredSignals)[number];

/** What real SDKs lost, run by run: `measurements.json`, which only `npm run test:sdk -- --json` writes. */
export interface Measurements {
  /** The day of the last run, as 2026-11-23. Empty: nothing has been measured. */
  readonly date: string;
  /** In words. */
  readonly machine: string;
  /** Spans, and as many log records, per second and app. */
  readonly rate: number;
  readonly metricIntervalMs: number;
  readonly apps: Readonly<Record<string, MeasuredApp>>;
  readonly cells: readonly MeasuredCell[];
  readonly exits: readonly MeasuredExit[];
  readonly harm: {
    /** An app with one of our variables, or all, against the same without. */
    readonly comparisons: number;
    /** In words. */
    readonly differences: readonly string[];
  };
}

export interface MeasuredApp {
  readonly language: Language;
  readonly transport: Transport;
  /** Of the SDK, as its registry names it. */
  readonly version: string;
  /** The retry and buffer variables it ran with, by name. */
  readonly variables: Readonly<Record<SettingName, Readonly<Record<string, string>>>>;
}

/** One app, one outage, one of the settings. The lists have an entry for each run. */
export interface MeasuredCell extends Readonly<Record<MeasuredSignal, readonly Count[]>> {
  readonly app: string;
  readonly outage: OutageKind;
  readonly seconds: number;
  readonly settings: SettingName;
  /** Items that arrived more than once, over all signals. */
  readonly duplicates: readonly number[];
}

export const exitSettings = ['defaults', 'completion', 'injected'] as const;

/** How long a program that lived for a second took to exit while its agent was away: the median in seconds. */
export interface MeasuredExit {
  readonly app: string;
  readonly outage: 'refused' | 'dropped';
  /** `completion`: what init containers and Jobs get. */
  readonly seconds: Readonly<Record<(typeof exitSettings)[number], number>>;
}

/** Counted by sequence numbers, after the app has flushed and ended. */
export type Count = readonly [produced: number, lost: number];

/** The middle of the runs; of two, the worse. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Spans and log records that one run lost. */
export const lostInRun = ({ traces, logs }: MeasuredCell, run: number): number =>
  (traces[run]?.[1] ?? 0) + (logs[run]?.[1] ?? 0);

/** What the run in the middle lost of both: not the middle of each, which may come from different runs. */
export const medianLost = (cell: MeasuredCell): number => median(cell.duplicates.map((_, run) => lostInRun(cell, run)));
