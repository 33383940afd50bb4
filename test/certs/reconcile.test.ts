import { describe, expect, it } from 'vitest';
import { newCa } from '../../src/certs/authority.ts';
import { bundleText, emptyHook, trustedBy } from './cluster.ts';
import { lifetimes, pooledKeys } from './replicas.ts';
import { minute, second, setUp, start, wroteBundle, wroteSecret } from './world.ts';

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
