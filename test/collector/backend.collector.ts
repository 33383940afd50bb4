import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { signals } from '../../src/otlp/schema.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { agentCounts } from './agent-counts.ts';
import { balanceOf } from './balance.ts';
import type { SignalLoad } from './load.ts';
import { NumberedRequest } from './numbered-request.ts';
import { acceptedOfAll, fillQueues, notTold, refusedOfAll } from './refusals.ts';
import { accountFor, notWhole, totals, unexplained } from './rollouts.ts';
import { eachSignal, eager, programsFor, Site, sdkNames } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

const outageSeconds = 60;

/** Requests of about 200 kB, so that they fill a queue of 24 MiB in seconds. */
const large: SignalLoad = { items: 20, shape: { attributes: 4, padding: 10_000 }, concurrency: 2 };

/** So that an answer after 7 s still counts on a busy machine; else the agent would send again what the backend has. */
const waitsLonger = `
exporters:
  otlp_http/traces: &patient {timeout: 60s}
  otlp_http/metrics: *patient
  otlp_http/logs: *patient
`;

describe.skipIf(!hasLab || collector === undefined).concurrent('a backend', async () => {
  if (!hasLab || collector === undefined) return;
  const network = await startNetwork();

  it(`that is away for ${outageSeconds} s costs nothing`, async () => {
    const site = await Site.start(network, { name: 'away', agent: baseAgent });
    const apps = await site.startApps(await programsFor(sdkNames), eager);
    await sleep(3000);
    await site.sink.disappear();
    await sleep(outageSeconds * 1000);
    await site.sink.return();
    const accounts = await accountFor(site);
    say(`backend away for ${outageSeconds} s under ${apps.length} SDK apps: ${totals(accounts)}`);
    expect(notWhole(accounts)).toEqual([]);
    expect(await unexplained(site, accounts, site.daemonSet.pods)).toEqual([]);
    for (const signal of signals) {
      const { accepted, refused, sent, dropped } = await agentCounts(site.daemonSet.current, signal);
      expect({ sent, refused, dropped }).toEqual({ sent: accepted, refused: 0, dropped: 0 });
    }
  }, 180_000);

  it('that is too slow fills the queues; all that is offered is accepted or refused, all that is accepted sent or queued', async () => {
    const site = await Site.start(network, { name: 'slow', agent: baseAgent, texts: [waitsLonger] });
    const agent = site.daemonSet.current;
    await site.sink.setMode({ kind: 'slow', ms: 7000 });
    const loads = await Promise.all(
      (['http', 'grpc'] as const).map((transport) =>
        site.load({ service: `slow-${transport}`, transport, signals: eachSignal(large) }),
      ),
    );
    // Of both, whichever of them found room first.
    await Promise.all(loads.flatMap((load) => [acceptedOfAll(load), refusedOfAll(load, 50)]));
    await Promise.all(loads.map((load) => load.stop()));
    // Nothing is sent any more once what is under way has its answer, so that the agent's metrics are of one moment.
    await site.sink.setMode({ kind: 'hang' });
    await answeredAll(site);
    const before = await site.sink.ledger();
    const queuedItems: string[] = [];
    for (const signal of signals) {
      const { queuedBytes, ...counts } = await agentCounts(agent, signal);
      const balances = loads.map(({ service, answers }) => balanceOf(signal, service, answers, before));
      const sum = (key: 'accepted' | 'refused' | 'delivered') => balances.reduce((all, one) => all + one[key], 0);
      const [accepted, refused, sent] = [sum('accepted'), sum('refused'), sum('delivered')];
      expect(counts).toEqual({ accepted, refused, refusedByQueue: refused, refusedByLimiter: 0, sent, dropped: 0 });
      const requestBytes = new NumberedRequest(signal, 'slow-http', large.items, large.shape).from(0).length;
      const queued = (queuedBytes / requestBytes) * large.items;
      expect(accepted).toBe(sent + queued);
      expect(balances.flatMap(({ statuses }) => Object.keys(statuses))).toEqual(['200', '503', 'grpc 0', 'grpc 14']);
      queuedItems.push(
        `${signal} ${accepted + refused} offered = ${accepted} accepted + ${refused} refused, ${accepted} accepted = ${sent} sent + ${queued} queued`,
      );
    }
    await site.sink.setMode({ kind: 'accept' });
    await site.drained();
    const after = await site.sink.ledger();
    const missing = loads.flatMap(({ service, answers }) =>
      signals.flatMap((signal) => balanceOf(signal, service, answers, after).missing),
    );
    say(`backend too slow: ${queuedItems.join('; ')}; later ${missing.length} of the accepted missing`);
    expect(missing).toEqual([]);
  }, 180_000);

  it('that hangs until the queues are full: each SDK is told to try again', async () => {
    const site = await Site.start(network, { name: 'full', agent: baseAgent });
    await site.sink.setMode({ kind: 'hang' });
    const loads = await fillQueues(site);
    const programs = await programsFor(sdkNames);
    const apps = await site.startApps(programs, eager);
    expect(await notTold(apps, programs)).toEqual([]);
    await loads.at(-1)?.stop();
    await site.sink.setMode({ kind: 'accept' });
    await sleep(5000);
    const accounts = await accountFor(site);
    const [ledger, arrived] = [await site.sink.ledger(), await site.sink.counts()];
    for (const signal of signals) {
      const { accepted, refused, refusedByQueue, refusedByLimiter, sent } = await agentCounts(
        site.daemonSet.current,
        signal,
      );
      const items = arrived.filter((one) => one.mode === 'accept' && one.signal === signal);
      expect([accepted, refused, refusedByLimiter]).toEqual([sent, refusedByQueue, 0]);
      expect(accepted).toBe(items.reduce((sum, one) => sum + one.items, 0));
      const balances = loads.map(({ service, answers }) => balanceOf(signal, service, answers, ledger));
      expect(balances.flatMap(({ missing }) => missing)).toEqual([]);
      if (signal === 'metrics') continue; // SDKs send points of their own, too.
      const numbered = [...accounts.filter((one) => one.signal === signal), ...balances];
      expect(accepted).toBe(numbered.reduce((sum, { delivered }) => sum + delivered, 0));
    }
    const lost = accounts
      .filter((one) => one.lost.length > 0)
      .map((one) => `${one.service} ${one.signal} ${one.lost.length}`);
    say(`full queues, all ${apps.length} SDKs told to try again: ${totals(accounts)} (${lost.join(', ')})`);
  }, 180_000);
});

/** Resolves when the agent knows the answers to all that the backend has accepted slowly; when it never does, after half a minute. */
async function answeredAll({ sink, daemonSet }: Site): Promise<void> {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(500)) {
    const taken = (await sink.counts()).filter(({ mode }) => mode === 'slow').map(({ items }) => items);
    const counts = await Promise.all(signals.map((signal) => agentCounts(daemonSet.current, signal)));
    if (sum(taken) === sum(counts.map(({ sent }) => sent))) return;
  }
}
