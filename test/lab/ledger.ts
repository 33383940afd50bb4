import type { Signal } from '../../src/otlp/decode.ts';
import type { Received } from './sink-records.ts';

/** What an app says of itself: it numbered that many items of a signal from 0 on. */
export interface Produced {
  readonly service: string;
  readonly signal: Signal;
  readonly count: number;
}

export interface Account {
  readonly service: string;
  readonly signal: Signal;
  readonly produced: number;
  /** Each number once. */
  readonly delivered: number;
  /** The numbers that never arrived, in their order. */
  readonly lost: readonly number[];
  /** A number that arrived three times stands here twice. */
  readonly duplicates: readonly number[];
  /** Numbers that arrived and that the app does not know of: then something counts wrongly. */
  readonly unknown: readonly number[];
}

/** Accounts for each number that was produced. What arrived of others than the apps given is left out. */
export function account(produced: readonly Produced[], received: readonly Received[]): Account[] {
  return produced.map(({ service, signal, count }) => {
    const times = new Uint32Array(count);
    const unknown: number[] = [];
    const duplicates: number[] = [];
    const ofApp = received.filter((other) => other.service === service && other.signal === signal);
    for (const seq of ofApp.flatMap(({ seqs }) => [...seqs])) {
      const before = times[seq];
      if (before === undefined) unknown.push(seq);
      else if (before > 0) duplicates.push(seq);
      times[seq] = (before ?? 0) + 1;
    }
    const lost = [...times.keys()].filter((seq) => times[seq] === 0);
    return { service, signal, produced: count, delivered: count - lost.length, lost, duplicates, unknown };
  });
}

/** One line: `app-1 traces: 300 produced, 299 delivered, 1 lost (17), 2 twice`. */
export function summary({ service, signal, produced, delivered, lost, duplicates, unknown }: Account): string {
  const parts = [`${produced} produced`, `${delivered} delivered`, `${lost.length} lost${ranges(lost)}`];
  if (duplicates.length > 0) parts.push(`${duplicates.length} twice${ranges(duplicates)}`);
  if (unknown.length > 0) parts.push(`${unknown.length} unknown${ranges(unknown)}`);
  return `${service} ${signal}: ${parts.join(', ')}`;
}

/** ` (3-7, 9)`; empty for none. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.length === 0 ? '' : ` (${runs.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(', ')})`;
}
