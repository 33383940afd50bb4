import type { OutageKind } from '../../src/retry/measurements.ts';

/** One outage, which all apps see with each of their settings at the same moment. */
export interface Outage {
  readonly kind: OutageKind;
  readonly seconds: number;
}

interface OutageRow {
  readonly kind: OutageKind;
  /** Lengths in seconds. */
  readonly quick: readonly number[];
  readonly full: readonly number[];
}

const all = [2, 5, 10, 20, 30, 60];

const rows: readonly OutageRow[] = [
  { kind: 'refused', quick: [10, 30], full: all },
  { kind: 'dropped', quick: [10, 30], full: all },
  { kind: 'reset', quick: [10, 30], full: all },
  { kind: 'unavailable', quick: [10, 30], full: all },
  { kind: 'exhausted', quick: [], full: [10, 30] },
  { kind: 'exhausted-retry-info', quick: [], full: [10, 30] },
  { kind: 'unresolved', quick: [], full: [10, 30] },
];

/** The outages of a matrix, those of one length together, since they run side by side. */
export function outagesOf(size: 'quick' | 'full'): Outage[] {
  return rows
    .flatMap(({ kind, ...lengths }) => lengths[size].map((seconds) => ({ kind, seconds })))
    .sort((a, b) => a.seconds - b.seconds);
}

/** Outages in groups that run side by side: of similar lengths, and no more than the machine bears. */
function batchesOf(outages: readonly Outage[], most: number): Outage[][] {
  const lengths = [...new Set(outages.map(({ seconds }) => seconds))];
  return lengths.flatMap((length) => {
    const same = outages.filter(({ seconds }) => seconds === length);
    return Array.from({ length: Math.ceil(same.length / most) }, (_, i) => same.slice(i * most, (i + 1) * most));
  });
}

interface Batch<App> {
  readonly apps: readonly App[];
  readonly outages: readonly Outage[];
}

/**
 * What runs side by side, one batch after the other. The oldest releases only see the outages of the quick matrix where newer ones
 * run too, which keeps the full one within a good hour.
 */
export function planOf<App extends { readonly oldest: boolean }>(
  apps: readonly App[],
  outages: readonly Outage[],
  together: number,
): Batch<App>[] {
  const newest = apps.filter(({ oldest }) => !oldest);
  const oldest = apps.filter((app) => app.oldest);
  const quick = new Set(outagesOf('quick').map(keyOf));
  const ofOldest = newest.length === 0 ? outages : outages.filter((outage) => quick.has(keyOf(outage)));
  const parts = [
    { apps: newest, outages },
    { apps: oldest, outages: ofOldest },
  ];
  return parts
    .filter((part) => part.apps.length > 0)
    .flatMap((part) => batchesOf(part.outages, together).map((batch) => ({ apps: part.apps, outages: batch })));
}

const keyOf = ({ kind, seconds }: Outage): string => `${kind} ${seconds}`;

/** Production before the outage, so that every connection stands. */
export const warmUpSeconds = 8;

/**
 * Production after it, until what is still queued or waits for another attempt has had its chance: the delays of back-offs
 * and of the kernel grow with the outage. After 30 s of no answer the next SYN leaves at 35 s, gRPC connects again within
 * 20 s, and the longest delay of Go is about 25 s.
 */
export const recoverySeconds = ({ seconds }: Outage): number => 20 + seconds;
