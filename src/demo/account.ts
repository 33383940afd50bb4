import type { AppName, Counts, Restart } from './scenario.ts';

/** What became of the spans that one app produced around one restart. */
export interface Account {
  readonly restart: Restart;
  readonly app: AppName;
  readonly produced: number;
  /** Each counted once, however often it arrived. */
  readonly delivered: number;
  /** Arrivals beyond the first: exports tried again although the first had arrived. */
  readonly duplicates: number;
  /** Exports that found no agent. */
  readonly refused: number;
  /** Of those lost, what the SDK says it dropped since its queue was full. */
  readonly dropped: number;
  readonly lost: number;
}

/**
 * Accounts for the spans with the numbers that an app produced between two counts.
 *
 * @param received how often each number arrived
 */
export function accountFor(
  restart: Restart,
  app: AppName,
  [from, to]: readonly [Counts, Counts],
  received: ReadonlyMap<number, number>,
): Account {
  const arrivals = Array.from({ length: to.produced - from.produced }, (_, i) => received.get(from.produced + i) ?? 0);
  const delivered = arrivals.filter((times) => times > 0).length;
  return {
    restart,
    app,
    produced: arrivals.length,
    delivered,
    duplicates: arrivals.reduce((sum, times) => sum + times, 0) - delivered,
    refused: to.refused - from.refused,
    dropped: to.dropped - from.dropped,
    lost: arrivals.length - delivered,
  };
}

/** All that an app lost. */
export const lostBy = (accounts: readonly Account[], app: AppName): number =>
  accounts.filter((account) => account.app === app).reduce((sum, { lost }) => sum + lost, 0);
