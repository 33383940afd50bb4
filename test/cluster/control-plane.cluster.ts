import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authoritySecretName, hookName, webhookAccess } from '../../src/kube/access.ts';
import { type Cluster, watchCluster } from '../../src/kube/cluster.ts';
import { loadCredentials } from '../../src/kube/credentials.ts';
import { createLog } from '../../src/log.ts';
import { until as soon } from '../kube/setup.ts';
import { grant, revokeClusterRole } from './access.ts';
import { binariesOrSkip } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { deleteNamespace, type Hook, hookOf } from './objects.ts';

const namespace = 'nodelocal-otlp';
const account = 'webhook';
const service = { namespace, name: 'telemetry-otlp' };
const table = webhookAccess(service.name);
const hooksPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const until = (what: string, isSo: () => boolean, withinMs = 45_000) => soon(what, isSo, withinMs);

describe.skipIf(binariesOrSkip() === undefined)('against a real API server', () => {
  let plane: ControlPlane;
  let cluster: Cluster;
  let kubeconfig: string;
  const lines: Record<string, unknown>[] = [];
  const problems = () => lines.flatMap(({ problem, level }) => (level === 'warn' ? [String(problem)] : []));
  const logOf = () => createLog({ write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });

  beforeAll(async () => {
    plane = await startControlPlane({ audit: true });
    await plane.createNamespace(namespace);
    await grant(plane, namespace, account, table);
    kubeconfig = await plane.writeKubeconfig(account, await plane.tokenFor(namespace, account), namespace);
    cluster = watchCluster({
      credentials: loadCredentials({ env: { KUBECONFIG: kubeconfig } }),
      namespace,
      service,
      version: 'test',
      log: logOf(),
      // Watches that last 2 to 3 s, so that what is decided when one begins shows soon.
      timing: { watchMs: 2000, quietMs: 4000, mostRetryMs: 2000, answerMs: 3000 },
      configMapsForMs: 0,
    });
    await until('everything is known', () => cluster.watches.every(({ synced }) => synced));
  });
  afterAll(async () => {
    await cluster?.stop();
    await plane?.stop();
  });

  it('takes a pod', async () => {
    const spec = { containers: [{ name: 'app', image: 'registry.example.com/app:1' }] };
    const pod = await plane.admin.call('POST', `/api/v1/namespaces/${namespace}/pods`, {
      metadata: { name: 'p' },
      spec,
    });
    expect(pod).toMatchObject({ metadata: { name: 'p', namespace } });
  });

  it('namespaces are known as they come, change and go', async () => {
    await plane.createNamespace('shop', { 'nodelocal-otlp.dev/inject': 'enabled' });
    await until('shop is known', () => cluster.namespace('shop') !== undefined);
    expect(cluster.namespace('shop')?.labels).toEqual({ 'nodelocal-otlp.dev/inject': 'enabled' });
    const metadata = { annotations: { 'nodelocal-otlp.dev/protocol': 'grpc', other: 'x' } };
    await plane.admin.call('PATCH', '/api/v1/namespaces/shop', { metadata });
    await until('its annotation is known', () => cluster.namespace('shop')?.annotations !== undefined);
    await until('it is grpc', () => cluster.namespace('shop')?.annotations['nodelocal-otlp.dev/protocol'] === 'grpc');
    await deleteNamespace(plane, 'shop');
    await until('shop is gone', () => cluster.namespace('shop') === undefined);
  });

  it("the Service's addresses", async () => {
    expect(cluster.clusterIPs()).toEqual([]);
    const spec = { ports: [{ port: 4317 }] };
    const path = `/api/v1/namespaces/${namespace}/services`;
    const { spec: made } = await plane.admin.call<{ spec: { clusterIPs: string[] } }>('POST', path, {
      metadata: { name: service.name },
      spec,
    });
    await until('they are known', () => cluster.clusterIPs().length > 0);
    expect(cluster.clusterIPs()).toEqual(made.clusterIPs);
  });

  it('ConfigMaps, and that one is not there', async () => {
    const data = { OTEL_SERVICE_NAME: 'shop' };
    await plane.admin.call('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' }, data });
    const { signal } = new AbortController();
    expect(await cluster.configMaps.read('default', 'a', signal)).toEqual(data);
    expect(await cluster.configMaps.read('default', 'b', signal)).toBeNull();
    expect(await cluster.configMaps.read('no-such-namespace', 'b', signal)).toBeNull();
  });

  it('the CA Secret: made, replaced, lost to another writer, deleted', async () => {
    const store = cluster.secret;
    if (store === undefined) throw new Error('no store');
    const [one, two] = [{ a: Buffer.from('1') }, { b: Buffer.from('2') }];
    expect(store.current()).toBeNull();
    expect([await store.create(one), await store.create(two)]).toEqual(['written', 'conflict']);
    await until('it is known again', () => store.current()?.value['a'] !== undefined);
    const version = store.current()?.resourceVersion ?? '';
    expect(await store.replace(two, version)).toBe('written');
    expect([store.current()?.value, (await store.read())?.value]).toEqual([two, two]);
    expect(await store.replace(one, version)).toBe('conflict');
    const stale = store.current()?.resourceVersion ?? '';
    await plane.admin.call('DELETE', `/api/v1/namespaces/${namespace}/secrets/${authoritySecretName}`);
    expect(await store.replace(one, stale)).toBe('conflict');
    await until('it is known to be gone', () => store.current() === null);
    expect(await store.read()).toBeNull();
  });

  it("the hook's caBundle: set, and lost to another writer; nothing else of the hook changes", async () => {
    const store = cluster.hook;
    if (store === undefined) throw new Error('no store');
    const made = await plane.admin.call<Hook>('POST', hooksPath, hookOf(namespace));
    await until('it is known', () => store.current() !== null);
    const version = store.current()?.resourceVersion ?? '';
    expect(await store.setCaBundle('a bundle', version)).toBe('written');
    const after = await plane.admin.call<Hook>('GET', `${hooksPath}/${hookName}`);
    const caBundle = Buffer.from('a bundle').toString('base64');
    const webhooks = made.webhooks.map((w) => ({ ...w, clientConfig: { ...w.clientConfig, caBundle } }));
    expect(after.webhooks).toEqual(webhooks);
    expect(store.current()?.value).toEqual({ webhooks: webhooks.map(({ name }) => ({ name, caBundle })) });
    await plane.admin.call('PATCH', `${hooksPath}/${hookName}`, { metadata: { labels: { edited: 'yes' } } });
    const outcomes = await store.setCaBundle('b', store.current()?.resourceVersion ?? '');
    // The edit may have been seen before the write was made.
    expect(['conflict', 'written']).toContain(outcomes);
    expect(await store.setCaBundle('c', version)).toBe('conflict');
  });

  it('survives an API server that is away for 10 s, in one line', async () => {
    lines.length = 0;
    await plane.pauseApiServer('kill');
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await plane.resumeApiServer();
    await plane.createNamespace('after');
    await until('a new namespace is known', () => cluster.namespace('after') !== undefined);
    await until('all is well', () => lines.some(({ msg }) => msg === 'calls to the API server work again'));
    expect(problems()).toEqual([expect.stringMatching(/ECONN/)]);
  });

  it('survives an API server that freezes, and notices what is deleted right after', async () => {
    await plane.pauseApiServer('freeze');
    await until('it is silent', () => cluster.watches.every((watch) => (watch.age() ?? 0) > 8));
    await plane.resumeApiServer();
    await deleteNamespace(plane, 'after');
    await until('its end is known', () => cluster.namespace('after') === undefined);
  });

  it('says in one line which permission is missing, and goes on when it is given', async () => {
    lines.length = 0;
    const { restore } = await revokeClusterRole(plane, account);
    const says = `cannot watch namespaces: forbidden for the ServiceAccount ${namespace}/${account}: grant verb watch on resource namespaces`;
    await until('it is said', () => problems().some((problem) => problem.includes('namespaces')));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await restore();
    expect(problems().sort()).toEqual([expect.stringContaining('mutatingwebhookconfigurations'), says]);
    await plane.createNamespace('restored');
    await until('a new namespace is known', () => cluster.namespace('restored') !== undefined);
  });

  it('goes on with a new token when the old one is not accepted', async () => {
    lines.length = 0;
    const tokenFile = kubeconfig.replace('.kubeconfig', '.token');
    await writeFile(tokenFile, 'not.a.token');
    const credentials = loadCredentials({ env: { KUBECONFIG: kubeconfig } });
    const timing = { mostRetryMs: 500 };
    const other = watchCluster({ credentials, namespace, service, version: 'test', log: logOf(), timing });
    await until('it is said', () => problems().some((problem) => problem.includes('(401)')));
    await writeFile(tokenFile, await plane.tokenFor(namespace, account));
    await until('it is let in', () => other.watches.every(({ synced }) => synced));
    await other.stop();
  });

  it('has asked for exactly what the table of accesses says', async () => {
    const user = `system:serviceaccount:${namespace}:${account}`;
    const events = (await plane.auditEvents()).filter((event) => event.user === user);
    const asked = events.map(({ verb, resource, group }) => `${verb} ${resource}.${group}`);
    const granted = table.flatMap(({ verbs, resource }) =>
      verbs.map((v) => `${v} ${resource.plural}.${resource.group}`),
    );
    expect([...new Set(asked)].sort()).toEqual([...new Set(granted)].sort());
    const secretNames = events.filter(({ resource, verb }) => resource === 'secrets' && verb !== 'create');
    expect(new Set(secretNames.map(({ name }) => name))).toEqual(new Set([authoritySecretName]));
  });
});
