import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HookStore } from '../../src/kube/hook-store.ts';
import { SecretStore } from '../../src/kube/secret-store.ts';
import { hurried, type Setup, setUp, until } from './setup.ts';

const secretsPath = '/api/v1/namespaces/nodelocal-otlp/secrets';
const hooksPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const name = 'nodelocal-otlp-ca';
const data = { 'current.crt': Buffer.from('one') };
let setup: Setup;
beforeEach(async () => {
  setup = await setUp();
});
afterEach(() => setup.tearDown());

describe('the store of the CA Secret', () => {
  let store: SecretStore;
  beforeEach(async () => {
    store = new SecretStore(setup.client, setup.failures, 'nodelocal-otlp', hurried);
    store.watch.start();
    await until('it is synced', () => store.watch.synced);
  });
  afterEach(() => store.watch.stop());

  it('asks for that one Secret only', async () => {
    await until('it watches', () => setup.fake.openWatches === 1);
    expect(setup.fake.requests.every(({ url }) => url.includes(`fieldSelector=metadata.name%3D${name}`))).toBe(true);
  });

  it('does not know anything before its watch does', () => {
    expect(new SecretStore(setup.client, setup.failures, 'x').current()).toBeUndefined();
  });

  it('knows that there is none, makes it, and shows it at once', async () => {
    expect(store.current()).toBeNull();
    expect(await store.create(data)).toBe('written');
    expect(store.current()?.value).toEqual(data);
    expect(await store.read()).toEqual(store.current());
  });

  it('learns of the Secret that somebody else made first', async () => {
    setup.fake.intercept = ({ url }) => {
      // Keeps the watch from hearing of it before the write does.
      return url?.includes('watch=true') === true;
    };
    setup.fake.endWatches();
    setup.fake.store.put(secretsPath, { metadata: { name }, data: { a: 'Yg==' } });
    expect(await store.create(data)).toBe('conflict');
    await until('it is known', () => store.current()?.value['a']?.toString() === 'b');
  });

  it('replaces all data, if the version is still the same', async () => {
    await store.create(data);
    const before = store.current()?.resourceVersion ?? '';
    expect(await store.replace({ 'next.crt': Buffer.from('two') }, before)).toBe('written');
    expect(store.current()?.value).toEqual({ 'next.crt': Buffer.from('two') });
    expect(await store.replace(data, before)).toBe('conflict');
    expect(store.current()?.value).toEqual({ 'next.crt': Buffer.from('two') });
  });

  it('reports a Secret that was deleted meanwhile as a conflict', async () => {
    await store.create(data);
    const version = store.current()?.resourceVersion ?? '';
    setup.fake.store.delete(secretsPath, name);
    expect(await store.replace(data, version)).toBe('conflict');
    await until('it is known to be gone', () => store.current() === null);
    expect(await store.read()).toBeNull();
  });

  it('tells of changes, and that of a broken API server', async () => {
    let told = 0;
    store.onChange(() => (told += 1));
    await store.create(data);
    await until('it told of it twice: after the write and from the watch', () => told === 2);
    await setup.fake.pause();
    await expect(store.read()).rejects.toThrow(/^cannot list secrets nodelocal-otlp-ca in namespace nodelocal-otlp: /);
  });
});

describe('the store of the hook', () => {
  const webhooks = [
    { name: 'a.example', clientConfig: { service: { name: 's' } }, fieldOfTheFuture: { x: 1 } },
    { name: 'b.example', clientConfig: { service: { name: 's' }, caBundle: 'b2xk' } },
  ];
  let store: HookStore;
  beforeEach(async () => {
    setup.fake.store.put(hooksPath, { metadata: { name: 'nodelocal-otlp' }, webhooks });
    setup.fake.store.put(hooksPath, { metadata: { name: 'of-somebody-else' }, webhooks });
    store = new HookStore(setup.client, setup.failures, hurried);
    store.watch.start();
    await until('it is synced', () => store.watch.synced);
  });
  afterEach(() => store.watch.stop());

  it('shows names and caBundles', () => {
    expect(store.current()?.value).toEqual({
      webhooks: [{ name: 'a.example' }, { name: 'b.example', caBundle: 'b2xk' }],
    });
  });

  it('sets the caBundle of each webhook and nothing else, unknown fields included', async () => {
    const before = store.current()?.resourceVersion ?? '';
    expect(await store.setCaBundle('new', before)).toBe('written');
    const stored = await setup.client.request({
      verb: 'get',
      resource: { group: 'admissionregistration.k8s.io', version: 'v1', plural: 'mutatingwebhookconfigurations' },
      name: 'nodelocal-otlp',
    });
    const caBundle = Buffer.from('new').toString('base64');
    expect(stored).toMatchObject({
      webhooks: webhooks.map((hook) => ({ ...hook, clientConfig: { ...hook.clientConfig, caBundle } })),
    });
    expect(store.current()?.value.webhooks.map((hook) => hook.caBundle)).toEqual([caBundle, caBundle]);
    expect(await store.setCaBundle('again', before)).toBe('conflict');
  });

  it('meets a conflict when somebody wrote meanwhile', async () => {
    const before = store.current()?.resourceVersion ?? '';
    setup.fake.store.put(hooksPath, { metadata: { name: 'nodelocal-otlp' }, webhooks: webhooks.toReversed() });
    expect(await store.setCaBundle('new', before)).toBe('conflict');
    await until('the change is known', () => store.current()?.value.webhooks[0]?.name === 'b.example');
  });

  it('reads anew when somebody took a webhook out meanwhile', async () => {
    const before = store.current()?.resourceVersion ?? '';
    setup.fake.store.put(hooksPath, { metadata: { name: 'nodelocal-otlp' }, webhooks: [] });
    await expect(store.setCaBundle('new', before)).rejects.toThrow(/^cannot patch .* nodelocal-otlp: .* 422 /);
    await until('the change is known', () => store.current()?.value.webhooks.length === 0);
  });

  it('writes nothing where there is no hook', async () => {
    setup.fake.store.delete(hooksPath, 'nodelocal-otlp');
    await until('it is gone', () => store.current() === null);
    expect(await store.setCaBundle('new', '1')).toBe('conflict');
  });
});
