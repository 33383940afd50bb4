import { describe, expect, it } from 'vitest';
import { newCa } from '../../src/certs/authority.ts';
import { renderState } from '../../src/certs/state.ts';
import { bundleText, emptyHook, type FakeCluster } from './cluster.ts';
import { lifetimes, pooledKeys } from './replicas.ts';
import { minute, second, setUp, start, wroteBundle, wroteSecret } from './world.ts';

const other = newCa(await pooledKeys(), start, lifetimes);

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

  it.each([1, 2, 3, 4, 5])('damaged previous CAs that still have certificates in service (%i)', async (seed) => {
    const world = setUp([{}, {}], seed);
    await world.advance(5 * second);
    world.cluster.secret.set(null);
    await world.advance(5 * second);
    world.cluster.editSecret({ 'previous.crt': 'x' });
    await world.advance(5 * second, () => expect(world.allTrusted()).toBe(true));
    expect(world.cluster.stored()).toMatchObject({ problems: [], previous: [{ subject: expect.any(String) }] });
    expect(world.said('renewed the serving certificate')).toHaveLength(2);
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

function texts(data: Readonly<Record<string, Buffer>>): Record<string, string | undefined> {
  const entries = Object.entries(data).map(([key, bytes]) => [key, bytes.toString()]);
  return { 'next.crt': undefined, 'next.key': undefined, 'next-signs-at': undefined, ...Object.fromEntries(entries) };
}
