import { describe, expect, it } from 'vitest';
import { newCa } from '../../src/certs/authority.ts';
import { renderState } from '../../src/certs/state.ts';
import { bundleText, emptyHook, FakeCluster, trustedBy } from './cluster.ts';
import { lifetimes, pooledKeys, Replica, type ReplicaOptions } from './replicas.ts';
import { Simulation } from './simulation.ts';

const second = 1000;
const minute = 60 * second;
const start = new Date('2026-11-22T12:00:00Z');
const wroteSecret = 'wrote the CA Secret';
const wroteBundle = 'wrote the caBundle of the webhook configuration';

const other = newCa(await pooledKeys(), start, lifetimes);

function setUp(replicas: readonly ReplicaOptions[] = [{}, {}]) {
  const simulation = new Simulation(start, 7);
  const cluster = new FakeCluster(simulation);
  return new World(
    cluster,
    replicas.map((options) => new Replica(cluster, options)),
  );
}

class World {
  readonly cluster: FakeCluster;
  readonly replicas: readonly Replica[];

  constructor(cluster: FakeCluster, replicas: readonly Replica[]) {
    [this.cluster, this.replicas] = [cluster, replicas];
  }

  advance(ms: number, check?: () => void): Promise<void> {
    return this.cluster.simulation.advance(ms, check);
  }

  allTrusted(): boolean {
    const { hook, simulation } = this.cluster;
    return this.replicas.every((r) => r.isTrusted(trustedBy(hook.current?.value), simulation.now));
  }

  said(message: string) {
    return this.replicas.flatMap((r) => r.said(message));
  }

  /** To the moment when `ready` is true, or the test fails. */
  async until(ready: () => boolean, withinMs: number): Promise<void> {
    for (let waited = 0; !ready() && waited < withinMs; waited += 100) await this.advance(100);
    expect(ready()).toBe(true);
  }
}

describe('the first start', () => {
  it('makes one CA, publishes it, and serves certificates of it', async () => {
    const world = setUp([{}, {}, {}]);
    expect(world.replicas.map((r) => r.reconciler.published)).toEqual([false, false, false]);
    await world.advance(5 * second);
    expect(world.said(wroteSecret)).toMatchObject([{ action: 'create', because: 'there is no Secret' }]);
    expect(world.said(wroteBundle)).toMatchObject([{ because: 'its caBundle is empty' }]);
    expect(world.said('renewed the serving certificate')).toHaveLength(3);
    expect(world.allTrusted()).toBe(true);
    expect(world.replicas.map((r) => r.reconciler.published)).toEqual([true, true, true]);
  });

  it('serves nothing until there is a hook with its CA', async () => {
    const world = setUp();
    world.cluster.hook.set(null);
    await world.advance(minute);
    expect(world.replicas.map((r) => [r.reconciler.leaf, r.reconciler.published])).toEqual([
      [undefined, false],
      [undefined, false],
    ]);
    world.cluster.hook.set(emptyHook);
    await world.until(() => world.allTrusted(), 3 * second);
  });

  it('takes over CAs of ours that the hook still has from before, and nobody else’s', async () => {
    const world = setUp();
    const [ours, theirs] = [newCa(await pooledKeys(), start, lifetimes), newCa(await pooledKeys(), start, lifetimes)];
    const foreign = theirs.certificatePem;
    world.cluster.setBundle(ours.certificatePem);
    await world.until(() => world.cluster.agrees() && world.allTrusted(), 5 * second);
    expect(world.cluster.stored().previous.map((ca) => ca.subject)).toEqual([ours.subject]);
    expect(bundleText(world.cluster.hook.current?.value)).not.toContain(foreign);
  });

  it('does nothing more once all is well', async () => {
    const world = setUp();
    await world.advance(5 * second);
    const { secret, hook } = world.cluster;
    const versions = [secret.version, hook.version];
    await world.advance(5 * minute);
    expect([secret.version, hook.version]).toEqual(versions);
  });
});

describe('a rotation', () => {
  it('is five writes to the Secret and two to the hook, and nobody loses trust', async () => {
    const world = setUp([{}, {}, {}]);
    await world.advance(5 * second);
    const before = world.cluster.hook.version;
    await world.advance(70 * minute, () => expect(world.allTrusted()).toBe(true));
    const actions = world.cluster.secret.version;
    expect(actions).toBe(5); // create, add-next, date-next, promote, drop-previous
    expect(world.cluster.hook.version - before).toBe(2);
  });

  it('lets next sign only a propagation time after the hook had it, by everybody’s watch', async () => {
    const world = setUp([{}, { latency: { callMs: 50, watchMs: 5 * minute } }]);
    let publishedAt = Infinity;
    await world.advance(6 * minute);
    await world.advance(60 * minute, () => {
      const { hook, simulation } = world.cluster;
      if (trustedBy(hook.current?.value).length > 1) publishedAt = Math.min(publishedAt, simulation.now);
      const [first] = trustedBy(hook.current?.value);
      const early = simulation.now < publishedAt + lifetimes.propagationMs;
      const signers = world.replicas.map((r) => r.reconciler.leaf?.authority.fingerprint);
      if (early) expect(signers.filter((s) => s !== undefined && s !== first?.fingerprint)).toEqual([]);
    });
    expect(publishedAt).toBeLessThan(Infinity);
  });

  it('is not undone by a replica whose watch of the Secret stands still', async () => {
    // Its clock is behind, so that it is never the one that writes.
    const slow = { skewMs: -minute, latency: { callMs: 50, watchMs: 100, secretWatchMs: 9 * minute } };
    const world = setUp([{}, slow, slow]);
    await world.advance(20 * minute);
    const seen = new Set<string>();
    await world.advance(40 * minute, () => {
      const now = trustedBy(world.cluster.hook.current?.value).map((ca) => ca.fingerprint);
      for (const fingerprint of now) seen.add(fingerprint);
      expect(now).toEqual([...seen]);
    });
    expect(seen.size).toBe(2);
  });
});

describe('repairs within seconds, and no certificate in service loses trust', () => {
  it.each<{ name: string; harm: Readonly<Record<string, string | undefined>> | null; because: RegExp }>([
    { name: 'a deleted Secret', harm: null, because: /there is no Secret/ },
    { name: 'a damaged key', harm: { 'current.key': 'garbage' }, because: /of current.crt, it cannot be read/ },
    { name: 'the key of another', harm: { 'current.key': other.privateKeyPem }, because: /the key is not its own/ },
    { name: 'a damaged certificate', harm: { 'current.crt': 'x' }, because: /of current.crt, it is not a CA/ },
    { name: 'a missing certificate', harm: { 'current.crt': undefined }, because: /current.crt is missing/ },
    { name: 'a damaged next CA', harm: { 'next.crt': 'x' }, because: /of next.crt, it is not a CA/ },
    { name: 'a next CA without its key', harm: { 'next.key': undefined }, because: /of next.crt, it cannot be read/ },
    { name: 'damaged previous CAs', harm: { 'previous.crt': 'x' }, because: /previous.crt cannot be read/ },
    {
      name: 'the Secret of another installation',
      harm: texts(renderState({ previous: [], current: other })),
      because: /it has lost CN=nodelocal-otlp CA/,
    },
  ])('$name', async ({ harm, because }) => {
    const world = setUp();
    await world.advance(42 * minute); // There is a next CA by now.
    expect(world.cluster.stored().next).toBeDefined();
    if (harm === null) world.cluster.secret.set(null);
    else world.cluster.editSecret(harm);
    await world.advance(5 * second, () => expect(world.allTrusted()).toBe(true));
    expect(world.cluster.agrees()).toBe(true);
    expect(world.said(wroteSecret).some((line) => because.test(String(line['because'])))).toBe(true);
    await world.advance(60 * minute, () => expect(world.allTrusted()).toBe(true));
  });

  it.each<{ name: string; harm: (cluster: FakeCluster) => void; because: RegExp }>([
    { name: 'an emptied caBundle', harm: (c) => c.setBundle(''), because: /is empty/ },
    { name: 'a caBundle of garbage', harm: (c) => c.setBundle('garbage'), because: /lacks CN=/ },
    { name: 'a caBundle of another CA', harm: (c) => c.setBundle(other.certificatePem), because: /lacks CN=/ },
    {
      name: 'a caBundle with one CA more',
      harm: (c) => c.setBundle(bundleText(c.hook.current?.value) + other.certificatePem),
      because: /holds more/,
    },
    { name: 'a hook that was applied again', harm: (c) => c.hook.set(emptyHook), because: /is empty/ },
  ])('$name', async ({ harm, because }) => {
    const world = setUp();
    await world.advance(10 * second);
    harm(world.cluster);
    await world.until(() => world.cluster.agrees() && world.allTrusted(), 5 * second);
    expect(world.said(wroteBundle).at(-1)?.['because']).toMatch(because);
    expect(world.replicas.every((r) => r.reconciler.published)).toBe(true);
    expect(world.cluster.stored().previous).toEqual([]);
  });

  it.each([
    { name: 'everything', days: 30 },
    { name: 'the certificates in service alone', days: 15 / 24 / 60 },
  ])('$name that ended while the cluster was paused', async ({ days }) => {
    const world = setUp([{}, { skewMs: 2 * minute }]);
    await world.advance(minute);
    world.cluster.simulation.sleep(days * 24 * 60 * minute);
    expect(world.allTrusted()).toBe(false);
    await world.until(() => world.allTrusted() && world.cluster.agrees(), 20 * second);
  });
});

describe('people', () => {
  it('end the trust in a previous CA by taking it out of the Secret', async () => {
    const world = setUp();
    await world.advance(5 * second);
    world.cluster.secret.set(null);
    await world.advance(5 * second);
    expect(world.cluster.stored().previous).toHaveLength(1);
    world.cluster.editSecret({ 'previous.crt': undefined });
    await world.until(() => world.allTrusted() && world.cluster.agrees(), 5 * second);
    await world.advance(minute);
    expect(trustedBy(world.cluster.hook.current?.value)).toHaveLength(1);
    expect(world.said('renewed the serving certificate').at(-1)?.['because']).toMatch(/^its CA is not in/);
  });

  it('who keep undoing the caBundle are not answered at their pace', async () => {
    const world = setUp();
    await world.advance(10 * second);
    const before = world.said(wroteBundle).length;
    for (let round = 0; round < 10 * 60; round++) {
      world.cluster.setBundle('');
      await world.advance(second);
    }
    expect(world.said(wroteBundle).length - before).toBeLessThan(80); // Of 600; each replica once in 30 s at the end.
    await world.until(() => world.cluster.agrees(), 30 * second);
  });
});

describe('an API server that fails', () => {
  it('is asked again and again, but not in a hurry, and then all is made good', async () => {
    const world = setUp();
    for (const replica of world.replicas) replica.broken = true;
    await world.advance(10 * minute);
    const failures = world.said('could not bring certificates up to date');
    expect(failures[0]).toMatchObject({ what: 'the CA Secret', level: 'warn' });
    expect(failures.length).toBeLessThan(70);
    for (const replica of world.replicas) replica.broken = false;
    await world.until(() => world.allTrusted() && world.cluster.agrees(), 40 * second);
  });

  it('does not keep a certificate from being renewed', async () => {
    const world = setUp();
    await world.advance(5 * second);
    for (const replica of world.replicas) replica.broken = true;
    await world.advance(30 * minute, () => expect(world.allTrusted()).toBe(true));
  });
});

function texts(data: Readonly<Record<string, Buffer>>): Record<string, string | undefined> {
  const entries = Object.entries(data).map(([key, bytes]) => [key, bytes.toString()]);
  return { 'next.crt': undefined, 'next.key': undefined, 'next-signs-at': undefined, ...Object.fromEntries(entries) };
}
