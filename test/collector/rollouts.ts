import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentPod, Ended } from '../lab/agent-pod.ts';
import { type Account, account, summary } from '../lab/ledger.ts';
import type { SdkApp } from '../lab/sdk-app.ts';
import { retryTimes } from './log-lines.ts';
import type { Site } from './site.ts';

export interface RolloutsDone {
  readonly agents: readonly AgentPod[];
  readonly ended: readonly Ended[];
  readonly seconds: number;
}

/**
 * Rolls out several times in a row. Each time it waits until the old agent is told to end; with `overlapping` the next
 * rollout begins then, while that one is still in its preStop, and else when it is gone.
 */
export async function rollOut({ daemonSet }: Site, times: number, { overlapping = false } = {}): Promise<RolloutsDone> {
  const start = performance.now();
  const agents = [daemonSet.current];
  const ends: Promise<Ended>[] = [];
  for (let i = 0; i < times; i++) {
    const old = daemonSet.current;
    const end = daemonSet.rollout();
    ends.push(end);
    if (overlapping) while (old.isReady) await Promise.race([end, sleep(50)]);
    else await end;
    agents.push(daemonSet.current);
  }
  return { agents, ended: await Promise.all(ends), seconds: Math.round((performance.now() - start) / 1000) };
}

/**
 * Stops the apps, waits until the agents have sent all on, and accounts for each number.
 *
 * @param last the site whose backend gets it in the end
 */
export async function accountFor(site: Site, apps: readonly SdkApp[] = site.apps, last = site): Promise<Account[]> {
  await Promise.all(apps.map((app) => app.stop()));
  await site.drained();
  await last.drained();
  return account(
    apps.flatMap(({ produced }) => produced),
    await last.sink.ledger(),
  );
}

/** A line for each app and signal of which something was lost, or arrived that nobody sent. */
export const notWhole = (accounts: readonly Account[]): string[] =>
  accounts.filter(({ lost, unknown }) => lost.length + unknown.length > 0).map(summary);

/** An export takes 10 s at most, and is tried again up to 10 s later. */
const retryMs = 20_000;

/** Of Node.js, Python and Java; Go's does not tell. */
const retryOfSdk = /Scheduling export retry|Transient error|RetryInterceptor: Attempt/;

/**
 * Items that came twice although neither the app's SDK nor any agent has logged that it tries again; for agents: that
 * signal, and at most so long before the item came again as an export and its retry may take.
 */
export async function unexplained(site: Site, accounts: readonly Account[], agents: readonly AgentPod[]) {
  const ledger = await site.sink.ledger();
  return accounts.flatMap(({ service, signal, duplicates }) => {
    const { seqs, times } = ledger.find((one) => one.service === service && one.signal === signal) ?? nothing;
    const retries = agents.flatMap(({ log }) => retryTimes(log, signal));
    const byAgent = (seq: number) => {
      const again = Number(times[seqs.lastIndexOf(seq)]);
      return retries.some((time) => time <= again && time > again - retryMs);
    };
    const byApp = retryOfSdk.test(site.apps.find((app) => app.service === service)?.diagnostics ?? '');
    return duplicates.filter((seq) => !byApp && !byAgent(seq)).map((seq) => ({ service, signal, seq }));
  });
}

const nothing = { seqs: new Float64Array(), times: new Float64Array() };

/** `traces 13120, metrics 512, logs 13120 produced; 0 lost; 0 twice`. */
export function totals(accounts: readonly Account[]): string {
  const produced = Map.groupBy(accounts, ({ signal }) => signal);
  const parts = [...produced].map(([signal, some]) => `${signal} ${sum(some.map((one) => one.produced))}`);
  return `${parts.join(', ')} produced; ${sum(accounts.map(({ lost }) => lost.length))} lost; ${sum(accounts.map(({ duplicates }) => duplicates.length))} twice`;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
