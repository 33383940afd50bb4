import { beforeAll, describe, expect, it } from 'vitest';
import { balanceLine, balanceOf } from '../collector/balance.ts';
import { Load } from '../collector/load.ts';
import { collector } from '../collector/suite.ts';
import { agents } from '../manifests/agent.ts';
import { DaemonSet } from './daemonset.ts';
import type { Network } from './network.ts';
import { NodeLocalService } from './node-local-service.ts';
import { Sink } from './sink.ts';
import { hasLab, startNetwork } from './suite.ts';
import { keep } from '../keep.ts';

const [agent] = agents;
const signals = ['traces', 'metrics', 'logs'] as const;
const perSecond = { items: 2, shape: { attributes: 2 }, perSecond: 10 };

describe.skipIf(!hasLab || collector === undefined || agent === undefined)('the agents of a node', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });

  let created = 0;
  async function start(transport: 'http' | 'grpc') {
    const number = ++created;
    const service = keep(
      await NodeLocalService.start(network, { name: `agents-${number}.test.svc`, clusterIp: `10.96.1.${number}` }),
    );
    const sink = keep(await Sink.start(await network.addPod(`sink-${number}`)));
    if (collector === undefined || agent === undefined) throw new Error('there is no agent to start');
    const options = { binary: collector, agent, service, secret: sink.secret(transport) };
    return { service, sink, daemonSet: keep(await DaemonSet.start(network, options)) };
  }

  async function startLoad(transport: 'http' | 'grpc', { name }: NodeLocalService): Promise<Load> {
    const service = `app-${transport}`;
    const endpoint = `http://${name}:${transport === 'http' ? 4318 : 4317}`;
    const load = { traces: perSecond, metrics: perSecond, logs: perSecond };
    return keep(Load.start(await network.addPod(service), { service, endpoint, transport, signals: load }));
  }

  it.concurrent.for(['http', 'grpc'] as const)(
    'roll over under load without a loss, with a backend over %s',
    async (transport, { expect }) => {
      const { service, sink, daemonSet } = await start(transport);
      const loads = [await startLoad('http', service), await startLoad('grpc', service)];
      const first = daemonSet.current;
      const ended = await daemonSet.rollout();
      expect(ended.killed).toBe(false);
      expect(daemonSet.pods).toEqual([daemonSet.current]);
      expect(daemonSet.current).not.toBe(first);
      await Promise.all(loads.map((load) => load.stop()));
      const balances = async () => {
        const ledger = await sink.ledger();
        return loads.flatMap((load) => signals.map((signal) => balanceOf(signal, load.service, load.answers, ledger)));
      };
      await expect
        .poll(async () => (await balances()).map(({ missing }) => missing), { timeout: 10_000 })
        .toEqual(Array.from({ length: 6 }, () => []));
      for (const balance of await balances()) {
        process.stderr.write(`rollout, backend over ${transport}, ${balanceLine(balance)}\n`);
        expect(balance.offered).toBeGreaterThan(100);
        expect(balance.accepted).toBe(balance.offered);
      }
    },
  );

  it('start again after a kill -9, and are not ready until then', async () => {
    const { service, daemonSet } = await start('http');
    const { current } = daemonSet;
    const { pid } = current;
    await current.kill9();
    await expect.poll(() => current.isReady, { timeout: 10_000 }).toBe(false);
    expect(service.endpoints).toMatchObject([{ ip: current.network.ip, ready: false }]);
    await current.ready();
    expect(current.restarts).toBe(1);
    expect(current.pid).not.toBe(pid);
    expect(service.endpoints).toMatchObject([{ ready: true }]);
    expect(await current.metric('otelcol_process_uptime')).toBeGreaterThan(0);
  });

  it('say why when they do not start', async () => {
    const { service } = await start('http');
    if (collector === undefined || agent === undefined) throw new Error('there is no agent to start');
    const broken = { binary: collector, agent, service, texts: ['exporters: {nonsense: {}}'] };
    await expect(DaemonSet.start(network, broken)).rejects.toThrow('nonsense');
  });
});
