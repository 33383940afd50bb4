import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { manifests } from '../manifests/files.ts';
import { build } from '../manifests/kustomize.ts';
import { auditedAccess } from './audited-access.ts';
import { enabled, namespace } from './installation.ts';
import { injectionOf, podOf } from './objects.ts';
import { startOtherHook } from './other-hook.ts';
import { createPod, listPods, type StoredPod, variable } from './pods.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const byName = 'http://telemetry-otlp.nodelocal-otlp.svc:4318';

describeInstalled('what pods get', {}, (cluster) => {
  const create = (namespaceOfPod: string, pod: object, query?: string) =>
    createPod(cluster.plane, namespaceOfPod, pod, query);
  const recordOf = (pod: StoredPod) => injectionOf(pod)?.containers?.['app'];

  it('injects in a labelled namespace only, and not where a pod opts out', async () => {
    await cluster.plane.createNamespace('shop', enabled);
    await cluster.plane.createNamespace('plain');
    expect(variable(await create('shop', podOf('in')), endpoint)).toBe(byName);
    const untouched = [
      await create('plain', podOf('out')),
      await create(
        'shop',
        podOf('opts-out', {}, { metadata: { labels: { 'nodelocal-otlp.dev/inject': 'disabled' } } }),
      ),
      await create('kube-system', podOf('system')).catch(() => undefined),
    ].flatMap((pod) => pod ?? []);
    for (const pod of untouched) expect(JSON.stringify(pod)).not.toMatch(/OTEL_|nodelocal-otlp.dev\/injected/);
    say(
      `what pods get: labelled injected; ${untouched.length} of ${untouched.length} unlabelled or opted out untouched`,
    );
  });

  it('shows the injection in a dry run on the server, which changes nothing', async () => {
    const before = await listPods(cluster.plane, 'shop');
    const shown = await create('shop', podOf('dry'), '?dryRun=All');
    expect([variable(shown, endpoint), await listPods(cluster.plane, 'shop')]).toEqual([byName, before]);
    const real = await create('shop', podOf('dry'));
    expect([real.spec.containers[0]?.env, injectionOf(real)]).toEqual([
      shown.spec.containers[0]?.env,
      injectionOf(shown),
    ]);
  });

  it('respects what a ConfigMap in envFrom sets, and names the Secret that it cannot see', async () => {
    const path = '/api/v1/namespaces/shop/configmaps';
    const maps = { endpoint: { [endpoint]: 'http://mine:4318' }, harmless: { OTEL_SERVICE_NAME: 'orders' } };
    for (const [name, data] of Object.entries(maps)) {
      await cluster.plane.admin.call('POST', path, { metadata: { name }, data });
    }
    const from = (name: string, kind = 'configMapRef') => ({ envFrom: [{ [kind]: { name } }] });
    const own = await create('shop', podOf('env-from-endpoint', from('endpoint')));
    expect([recordOf(own), own.spec.containers[0]?.env]).toEqual([{ skipped: 'user-endpoint' }, undefined]);
    const other = await create('shop', podOf('env-from-harmless', from('harmless')));
    expect([variable(other, endpoint), recordOf(other)?.['unseen']]).toEqual([byName, undefined]);
    const secret = await create('shop', podOf('env-from-secret', from('keys', 'secretRef')));
    expect([variable(secret, endpoint), recordOf(secret)?.['unseen']]).toEqual([byName, ['Secret keys']]);
  });

  it('gives pods on the host network the ClusterIP of the Service, while there is one', async () => {
    const path = `/api/v1/namespaces/${namespace}/services`;
    const onHost = podOf('on-host', {}, { spec: { hostNetwork: true } });
    let pod: StoredPod | undefined;
    const until = (what: string, isSo: (record: Readonly<Record<string, unknown>> | undefined) => boolean) =>
      untilSo(what, async () => {
        // Each replica has to know it.
        for (let i = 0; i < 6; i++) {
          pod = await create('shop', onHost, '?dryRun=All');
          if (!isSo(recordOf(pod))) return false;
        }
        return true;
      });
    await cluster.plane.admin.send('DELETE', `${path}/telemetry-otlp`);
    const isUnknown = (record: unknown) => isDeepStrictEqual(record, { skipped: 'cluster-ip-unknown' });
    const goneMs = await until('the Service is known to be gone', isUnknown);
    const ports = [4317, 4318].map((port) => ({ name: `p${port}`, port }));
    const made = await cluster.plane.admin.call<{ spec: { clusterIP: string } }>('POST', path, {
      metadata: { name: 'telemetry-otlp' },
      spec: { ports },
    });
    const knownMs = await until('the ClusterIP is used', (record) => record?.['skipped'] === undefined);
    expect(pod && variable(pod, endpoint)).toBe(`http://${made.spec.clusterIP}:4318`);
    say(`what pods get: the Service gone: skipped after ${goneMs} ms; there: its ClusterIP in use after ${knownMs} ms`);
  });

  it('follows an annotation of the namespace within a second', async () => {
    const change = async (protocol: string | null, expected: string): Promise<number> => {
      const metadata = { annotations: { 'nodelocal-otlp.dev/protocol': protocol } };
      await cluster.plane.admin.call('PATCH', '/api/v1/namespaces/shop', { metadata });
      // Each replica has to know it: six pods in a row.
      return untilSo(`pods get ${expected}`, async () => {
        for (let i = 0; i < 6; i++) {
          const pod = await create('shop', podOf('protocol'), '?dryRun=All');
          if (recordOf(pod)?.['protocol'] !== expected) return false;
        }
        return true;
      });
    };
    const took = [await change('grpc', 'grpc'), await change(null, 'http/protobuf')];
    say(`what pods get: a namespace's annotation in force after ${took.join(' and ')} ms`);
    expect(Math.max(...took)).toBeLessThan(1000);
  });

  it('injects a container that a later hook adds', async () => {
    await cluster.plane.createNamespace('mesh', enabled);
    const added = { name: 'added', image: 'registry.example.com/sidecar:1' };
    const hook = await startOtherHook(cluster.plane, { name: 'z-adds-a-container', namespace: 'mesh' }, ({ spec }) =>
      spec.containers.some(({ name }) => name === 'added')
        ? []
        : [{ op: 'add', path: '/spec/containers/-', value: added }],
    );
    await untilSo('the other hook is called', async () => {
      return (await create('mesh', podOf('probe'), '?dryRun=All')).spec.containers.length === 2;
    });
    const pods = await Promise.all(Array.from({ length: 20 }, (_, i) => create('mesh', podOf(`with-sidecar-${i}`))));
    hook.stop();
    const injected = pods.filter((pod) => ['app', 'added'].every((name) => variable(pod, endpoint, name) === byName));
    const listed = pods.filter((pod) => Object.keys(injectionOf(pod)?.containers ?? {}).join() === 'app,added');
    const reviews = cluster.installation.replicas
      .flatMap((replica) => replica.lines())
      .filter(({ msg, name }) => msg === 'reviewed' && String(name).startsWith('with-sidecar-'));
    say(
      `what pods get: ${injected.length} of ${pods.length} pods with a container added by a later hook injected in both`,
    );
    expect([injected.length, listed.length, reviews.length]).toEqual([20, 20, 40]);
    for (const { spec } of pods)
      for (const { env = [] } of spec.containers) {
        expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
      }
  });

  it('asks for all that the manifests grant, the repair of its Secret included', async () => {
    const path = `/api/v1/namespaces/${namespace}/secrets/nodelocal-otlp-ca`;
    const { data } = await cluster.plane.admin.call<{ data: object }>('GET', path);
    await cluster.plane.admin.call('PATCH', path, { data: { 'current.crt': 'bm9uc2Vuc2U=' } });
    const tookMs = await untilSo('the Secret is whole again', async () => {
      const now = await cluster.plane.admin.call<{ data: Record<string, string> }>('GET', path);
      return Buffer.from(now.data['current.crt'] ?? '', 'base64').includes('BEGIN CERTIFICATE');
    });
    expect(data).toHaveProperty(['current.crt']);
    const { unused } = await auditedAccess(cluster.plane, build(manifests));
    say(
      `what pods get: a Secret made unusable was whole again after ${tookMs} ms; of the RBAC, ${unused.length} unused`,
    );
    expect(unused).toEqual([]);
  });

  it('had nothing to complain about', () => {
    const problems = cluster.installation.replicas.flatMap((replica) => replica.complaints());
    for (const problem of problems) say(problem);
    expect(problems.filter((line) => !line.includes('Secret'))).toEqual([]);
  });
});
