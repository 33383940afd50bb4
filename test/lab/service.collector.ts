import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Connection, startNamedServer } from './connection.ts';
import type { Network, Place, PodNetwork } from './network.ts';
import { NodeLocalService, type Policy } from './node-local-service.ts';
import { hasLab, startNetwork } from './suite.ts';
import { keep } from '../keep.ts';

/** Longer than any answer takes here, so that no answer means that there is none. */
const patienceMs = 1500;

describe.skipIf(!hasLab)('the node-local Service of the lab', async () => {
  if (!hasLab) return;
  const network = await startNetwork();
  const [app, here, there] = [
    await network.addPod('app'),
    await network.addPod('here'),
    await network.addPod('there', 'node-2'),
  ];
  const second = await network.addPod('second');
  await Promise.all([here, second, there].map((pod) => startNamedServer(pod, pod.name)));

  let created = 0;
  async function startService(policy: Policy, endpoints: readonly PodNetwork[]): Promise<NodeLocalService> {
    const number = ++created;
    const names = { name: `service-${number}.test.svc`, clusterIp: `10.96.1.${number}` };
    const service = keep(await NodeLocalService.start(network, { policy, ...names, minSyncPeriodMs: 0 }));
    for (const pod of endpoints) setReady(service, pod);
    await service.settled();
    return service;
  }

  function setReady(service: NodeLocalService, { ip, node }: PodNetwork): void {
    service.setEndpoint({ ip, node, ready: true, serving: true, terminating: false });
  }

  function setTerminating(service: NodeLocalService, { ip, node }: PodNetwork): void {
    service.setEndpoint({ ip, node, ready: false, serving: true, terminating: true });
  }

  const open = (place: Place, service: NodeLocalService) => keep(new Connection(place, service.name));

  async function answerOf(place: Place, service: NodeLocalService): Promise<string> {
    const connection = open(place, service);
    const outcome = await connection.outcome;
    return outcome === 'connected' ? connection.ask() : outcome;
  }

  async function hangs({ tried, outcome }: Connection): Promise<boolean> {
    await tried;
    return (await Promise.race([outcome, sleep(patienceMs, 'no answer')])) === 'no answer';
  }

  const places: [string, Place & { spawn: Network['spawn'] }][] = [
    ['a pod', app],
    ['the host network', network],
  ];

  it.each(places)('answers %s from a ready endpoint of the node', async (_, place) => {
    const service = await startService('Local', [here, there]);
    expect(await answerOf(place, service)).toBe('here');
  });

  it('spreads connections over the ready endpoints of the node', async () => {
    const service = await startService('Local', [here, second]);
    const names = new Set<string>();
    while (names.size < 2) names.add(await answerOf(app, service));
    expect(names).toEqual(new Set(['here', 'second']));
  });

  it.each(places)('refuses %s when there is no endpoint anywhere', async (_, place) => {
    expect(await answerOf(place, await startService('Local', []))).toBe('ECONNREFUSED');
    expect(await answerOf(place, await startService('PreferSameNode', []))).toBe('ECONNREFUSED');
  });

  it.each(places)('lets %s hang with Local and an endpoint on another node only, until one comes', async (_, place) => {
    const service = await startService('Local', [there]);
    const connection = open(place, service);
    expect(await hangs(connection)).toBe(true);
    setReady(service, here);
    // The same connect: its SYN is sent again and again.
    expect(await connection.outcome).toBe('connected');
    expect(await connection.ask()).toBe('here');
  });

  it('falls back to another node with PreferSameNode, and comes home', async () => {
    const service = await startService('PreferSameNode', [there]);
    expect(await answerOf(app, service)).toBe('there');
    setReady(service, here);
    await service.settled();
    expect(await answerOf(app, service)).toBe('here');
  });

  it('lets terminating endpoints serve while none is ready', async () => {
    const service = await startService('Local', [here]);
    setTerminating(service, here);
    await service.settled();
    expect(await answerOf(app, service)).toBe('here');
    setReady(service, second);
    await service.settled();
    expect(await answerOf(app, service)).toBe('second');
  });

  it('leaves connections where they are when endpoints change', async () => {
    const service = await startService('Local', [here]);
    const old = open(app, service);
    expect([await old.outcome, await old.ask()]).toEqual(['connected', 'here']);
    setTerminating(service, here);
    setReady(service, second);
    await service.settled();
    expect([await old.ask(), await answerOf(app, service)]).toEqual(['here', 'second']);
    service.removeEndpoint(here.ip);
    await service.settled();
    expect(await old.ask()).toBe('here');
  });

  it('has a name that can be taken away', async () => {
    const service = await startService('Local', [here]);
    service.hideName();
    expect(await answerOf(app, service)).toBe('ENOTFOUND');
    service.showName();
    expect(await answerOf(app, service)).toBe('here');
  });

  it('a pod that is cut off loses all packets, and no connection', async () => {
    const service = await startService('Local', [here]);
    const connection = open(app, service);
    expect(await connection.outcome).toBe('connected');
    await here.cut();
    const answer = connection.ask();
    const lost = open(app, service);
    expect(await hangs(lost)).toBe(true);
    await here.heal();
    expect([await answer, await lost.outcome]).toEqual(['here', 'connected']);
  });
});
