import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhookAccess } from '../../src/kube/access.ts';
import { type Cluster, watchCluster } from '../../src/kube/cluster.ts';
import { hurried, type Setup, setUp, until } from './setup.ts';

const service = { namespace: 'nodelocal-otlp', name: 'telemetry-otlp' };
let setup: Setup;
let cluster: Cluster;

beforeEach(async () => {
  setup = await setUp();
  const put = setup.fake.store.put.bind(setup.fake.store);
  const labels = { 'nodelocal-otlp.dev/inject': 'enabled', team: 'x' };
  const annotations = { 'nodelocal-otlp.dev/protocol': 'grpc', 'example.com/huge': 'x'.repeat(1000) };
  put('/api/v1/namespaces', { metadata: { name: 'shop', labels, annotations } });
  put('/api/v1/namespaces', { metadata: { name: 'quiet', labels: { team: 'y' } } });
  const clusterIPs = ['10.96.0.7', 'fd00::7'];
  put('/api/v1/namespaces/nodelocal-otlp/services', { metadata: { name: service.name }, spec: { clusterIPs } });
  cluster = start();
  await until('everything is known', () => cluster.watches.every(({ synced }) => synced));
});
afterEach(async () => {
  await cluster.stop();
  await setup.tearDown();
});

function start(ownCertificates = true): Cluster {
  const { credentials, log } = setup;
  const namespace = credentials.namespace ?? '';
  return watchCluster({ credentials, log, namespace, service, version: '0', timing: hurried, ownCertificates });
}

describe('what the webhook knows of its cluster', () => {
  it('is, of namespaces, our label and annotations only', () => {
    expect(cluster.namespace('shop')).toEqual({
      labels: { 'nodelocal-otlp.dev/inject': 'enabled' },
      annotations: { 'nodelocal-otlp.dev/protocol': 'grpc' },
    });
    expect(cluster.namespace('quiet')).toEqual({ labels: {}, annotations: {} });
    expect(cluster.namespace('none')).toBeUndefined();
  });

  it('is, of the Service, its addresses', async () => {
    expect(cluster.clusterIPs()).toEqual(['10.96.0.7', 'fd00::7']);
    const spec = { clusterIPs: ['None'] };
    setup.fake.store.put('/api/v1/namespaces/nodelocal-otlp/services', { metadata: { name: service.name }, spec });
    await until('it is headless', () => cluster.clusterIPs().length === 0);
  });

  it('takes one connection for each watch', async () => {
    await until('all watch', () => setup.fake.openWatches === 4);
    expect(setup.fake.openConnections).toBeLessThanOrEqual(4);
    expect(setup.fake.connections).toBeLessThanOrEqual(4);
  });

  it('leaves Secret and hook alone where certificates are managed elsewhere', async () => {
    const other = start(false);
    expect([other.secret, other.hook, other.watches.map(({ name }) => name)]).toEqual([
      undefined,
      undefined,
      ['namespaces', 'services/telemetry-otlp'],
    ]);
    await other.stop();
  });

  it('says in one line that the API server is away, for all watches together', async () => {
    await setup.fake.pause();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await setup.fake.resume();
    await until('all watch again', () => setup.fake.openWatches === 4);
    expect(setup.problems()).toEqual([expect.stringMatching(/refuses connections/)]);
  });

  it('is asked for with no more than the verbs of the table', async () => {
    await cluster.configMaps.read('shop', 'a', new AbortController().signal);
    await cluster.secret?.create({});
    await cluster.secret?.replace({}, cluster.secret.current()?.resourceVersion ?? '');
    const asked = new Set(setup.fake.requests.map(({ method, url }) => verbAndResource(method, url)));
    const granted = webhookAccess(service.name).flatMap(({ resource, verbs }) => {
      return verbs.map((verb) => `${verb} ${resource.plural}`);
    });
    // Without a hook there is nothing to patch.
    const unused = ['patch mutatingwebhookconfigurations'];
    expect([...asked, ...unused].sort()).toEqual([...new Set(granted)].sort());
  });
});

function verbAndResource(method: string, url: string): string {
  const plural = /v1(?:\/namespaces\/[^/?]+(?=\/))?\/([a-z]+)/.exec(url)?.[1] ?? '';
  const read = url.includes('watch=true') ? 'watch' : url.includes('limit=') ? 'list' : 'get';
  return `${{ POST: 'create', PATCH: 'patch' }[method] ?? read} ${plural}`;
}
