import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigMapCacheOptions, ConfigMaps } from '../../src/kube/config-maps.ts';
import { reply } from './fake-api-server.ts';
import { type Setup, setUp, until } from './setup.ts';

const path = '/api/v1/namespaces/shop/configmaps';
const forever = new AbortController().signal;
const message = 'configmaps "a" is forbidden: User "system:serviceaccount:x:y" cannot get resource "configmaps"';
let setup: Setup;
let now = 0;

beforeEach(async () => {
  now = 0;
  setup = await setUp();
  setup.fake.store.put(path, { metadata: { name: 'a' }, data: { OTEL_SERVICE_NAME: 'shop' } });
});
afterEach(() => setup.tearDown());

function reader(options: Partial<ConfigMapCacheOptions> = {}) {
  const configMaps = new ConfigMaps(setup.client, setup.failures, { now: () => now, ...options });
  return (name: string, signal = forever, namespace = 'shop') => configMaps.read(namespace, name, signal);
}
const forbid = () => {
  setup.fake.intercept = (_, response) => {
    reply(response, 403, { message });
    return true;
  };
};

describe('the reader of ConfigMaps', () => {
  it('gives the data, and believes it for 30 s', async () => {
    const read = reader();
    expect(await read('a')).toEqual({ OTEL_SERVICE_NAME: 'shop' });
    setup.fake.store.put(path, { metadata: { name: 'a' }, data: { B: '2' } });
    now = 29_999;
    expect(await read('a')).toEqual({ OTEL_SERVICE_NAME: 'shop' });
    now = 30_000;
    expect(await read('a')).toEqual({ B: '2' });
    expect(setup.fake.requests.length).toBe(2);
  });

  it('gives null for what does not exist, and believes that for 2 s only', async () => {
    const read = reader();
    expect([await read('later'), await read('later')]).toEqual([null, null]);
    setup.fake.store.put(path, { metadata: { name: 'later' } });
    now = 2000;
    expect(await read('later')).toEqual({});
    expect(setup.fake.requests.length).toBe(2);
  });

  it('asks once for all who want the same at the same time', async () => {
    const read = reader();
    await Promise.all(Array.from({ length: 20 }, () => read('a')));
    expect(setup.fake.requests.length).toBe(1);
  });

  it('gives nothing once the caller has no more time, but keeps what comes then', async () => {
    const read = reader();
    setup.fake.delayMs = 100;
    const signal = AbortSignal.timeout(20);
    expect(await read('a', signal)).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await read('a')).toEqual({ OTEL_SERVICE_NAME: 'shop' });
    expect(setup.fake.requests.length).toBe(1);
  });

  it('says once which permission is missing, and does not ask again for 10 s', async () => {
    const read = reader();
    forbid();
    expect(await Promise.all([read('a'), read('b'), read('c', forever, 'other')])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const asked = setup.fake.requests.length;
    expect(await read('d')).toBeUndefined();
    expect(setup.fake.requests.length).toBe(asked);
    expect(setup.problems()).toEqual([
      expect.stringMatching(/^cannot get configmaps \w.*: grant verb get on resource configmaps in namespace \w+$/),
    ]);
    setup.fake.intercept = () => false;
    now = 10_000;
    expect(await read('a')).toEqual({ OTEL_SERVICE_NAME: 'shop' });
  });

  it('gives nothing while the API server is away', async () => {
    const read = reader();
    await setup.fake.pause();
    expect(await read('a')).toBeUndefined();
    await setup.fake.resume();
    expect(await read('a')).toEqual({ OTEL_SERVICE_NAME: 'shop' });
    expect(setup.problems()).toEqual([expect.stringMatching(/refuses connections/)]);
  });

  it('does not pile up reads of an API server that hangs', async () => {
    const read = reader({ mostReads: 3, readMs: 1000 });
    setup.fake.intercept = () => true;
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => read(`n${i}`)));
    expect(all.every((data) => data === undefined)).toBe(true);
    expect(setup.fake.requests.length).toBe(3);
    await until('its connections are closed', () => setup.fake.openConnections === 0);
  });

  it('keeps no more than it may, dropping what was asked for longest ago', async () => {
    const read = reader({ mostKept: 3000 });
    for (const name of ['x', 'y', 'z']) {
      setup.fake.store.put(path, { metadata: { name }, data: { k: 'v'.repeat(1000) } });
    }
    for (const name of ['x', 'y', 'x', 'z', 'x', 'y']) await read(name);
    expect(setup.fake.requests.map(({ url }) => url.at(-1))).toEqual(['x', 'y', 'z', 'y']);
  });
});
