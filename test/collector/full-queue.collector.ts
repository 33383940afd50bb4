import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Signal, signals } from '../../src/otlp/schema.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { agentWith } from '../manifests/agent.ts';
import { kubectl } from '../manifests/kustomize.ts';
import { balanceOf } from './balance.ts';
import { droppedItems } from './log-lines.ts';
import type { SignalLoad } from './load.ts';
import { fillQueues, refusedOfAll } from './refusals.ts';
import { Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

const large: SignalLoad = { items: 20, shape: { attributes: 4, padding: 10_000 }, concurrency: 2, perSecond: 150 };
const regular: SignalLoad = { items: 10, shape: { attributes: 4 }, concurrency: 4, perSecond: 10 };

describe.skipIf(!hasLab || collector === undefined).concurrent('an agent with full queues', async () => {
  if (!hasLab || collector === undefined) return;
  const network = await startNetwork();

  it.each([
    { name: 'memory', agent: baseAgent },
    ...(kubectl === undefined ? [] : [{ name: 'files', agent: agentWith(['persistent-queue']) }]),
  ])(
    'that is killed loses what is in memory, and nothing of what is in files: $name',
    async ({ name, agent }) => {
      const site = await Site.start(network, { name: `kill-${name}`, agent });
      await site.sink.setMode({ kind: 'refuse', status: 503 });
      const loads = await fillQueues(site);
      const pod = site.daemonSet.current;
      await pod.kill9();
      await loads.at(-1)?.stop();
      await site.sink.setMode({ kind: 'accept' });
      while (pod.restarts === 0 || !pod.isReady) await sleep(100);
      await site.drained();
      const ledger = await site.sink.ledger();
      const lines = signals.map((signal) => {
        const balances = loads.map(({ service, answers }) => balanceOf(signal, service, answers, ledger));
        const sum = (of: (one: (typeof balances)[number]) => number) => balances.reduce((all, one) => all + of(one), 0);
        const [accepted, lost] = [sum((one) => one.accepted), sum((one) => one.missing.length)];
        expect(lost).toBe(name === 'files' ? 0 : accepted);
        return `${signal} ${accepted} accepted, ${lost} lost, ${sum((one) => one.duplicates)} twice`;
      });
      say(`kill -9 with full queues in ${name}: ${lines.join('; ')}`);
    },
    180_000,
  );

  it.each([
    { name: 'for-ever', protocol: 'http' },
    { name: '12-s', protocol: 'http', backAfterSeconds: 12 },
    { name: '12-s-grpc', protocol: 'grpc', backAfterSeconds: 12 },
  ] as const)(
    'that is told to end while the backend hangs does so in time, and says what it drops: $name',
    async ({ name, protocol, ...rest }) => {
      const site = await Site.start(network, { name: `end-${name}`, agent: baseAgent, protocol });
      await site.sink.setMode({ kind: 'hang' });
      const loads = await fillQueues(site);
      await loads.at(-1)?.stop();
      const pod = site.daemonSet.current;
      const ending = pod.shutdown();
      if ('backAfterSeconds' in rest) {
        const { lifecycle } = baseAgent.container;
        await sleep((Number(lifecycle?.preStop?.sleep?.seconds) + rest.backAfterSeconds) * 1000);
        await site.sink.setMode({ kind: 'accept' });
      }
      const { drainSeconds, killed } = await ending;
      const ledger = await site.sink.ledger();
      const lines = signals.map((signal) => {
        const balances = loads.map(({ service, answers }) => balanceOf(signal, service, answers, ledger));
        const [accepted, delivered] = [
          balances.reduce((sum, one) => sum + one.accepted, 0),
          balances.reduce((sum, one) => sum + one.delivered, 0),
        ];
        const dropped = droppedItems(pod.log, signal);
        expect(accepted).toBe(delivered + dropped);
        return `${signal} ${accepted} accepted = ${delivered} delivered + ${dropped} dropped and logged`;
      });
      say(
        `SIGTERM with full queues, backend hangs ${name}: ended after ${drainSeconds.toFixed(1)} s; ${lines.join('; ')}`,
      );
      expect(killed).toBe(false);
    },
    180_000,
  );

  it('of one signal has room for the others', async () => {
    const site = await Site.start(network, { name: 'flood', agent: baseAgent });
    for (const signal of signals) {
      await site.sink.setMode({ kind: 'slow', ms: 3000 });
      const others = Object.fromEntries(signals.filter((one) => one !== signal).map((one) => [one, regular]));
      const beside = await site.load({ service: `beside-${signal}`, transport: 'http', signals: others });
      const flood = await site.load({ service: `flood-${signal}`, transport: 'http', signals: { [signal]: large } });
      await refusedOfAll(flood, 50, [signal]);
      await sleep(3000);
      await Promise.all([flood.stop(), beside.stop()]);
      await site.sink.setMode({ kind: 'accept' });
      await site.drained();
      await reportFlood(site, signal, flood.answers, beside.answers);
    }
  }, 180_000);
});

async function reportFlood(
  { sink }: Site,
  signal: Signal,
  flood: Parameters<typeof balanceOf>[2],
  beside: Parameters<typeof balanceOf>[2],
): Promise<void> {
  const ledger = await sink.ledger();
  const flooded = balanceOf(signal, `flood-${signal}`, flood, ledger);
  expect(flooded.refused).toBeGreaterThan(0);
  expect(flooded.missing).toEqual([]);
  const others = signals
    .filter((one) => one !== signal)
    .map((one) => balanceOf(one, `beside-${signal}`, beside, ledger));
  const lines = others.map(({ signal: other, offered, refused, unanswered, missing }) => {
    expect([refused, unanswered, missing]).toEqual([0, 0, []]);
    return `${other} ${offered} offered and delivered`;
  });
  say(`flood of ${signal}, ${flooded.offered} offered and ${flooded.refused} refused: ${lines.join(', ')}, 0 refused`);
}
