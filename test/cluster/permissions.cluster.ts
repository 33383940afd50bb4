import path from 'node:path';
import { expect, it } from 'vitest';
import { manifests } from '../manifests/files.ts';
import { build } from '../manifests/kustomize.ts';
import { apply, remove } from './apply.ts';
import { enabled } from './installation.ts';
import { injectionOf, podOf } from './objects.ts';
import { createPod } from './pods.ts';
import type { Replica } from './replica.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const envFrom = { envFrom: [{ configMapRef: { name: 'settings' } }] };

const problemsOf = (replica: Replica): string[] =>
  replica.lines().flatMap(({ level, problem }) => (level === 'warn' ? [String(problem)] : []));

describeInstalled(
  'without the component env-from-config-maps',
  { folder: path.join(manifests, 'webhook') },
  (cluster) => {
    const recordOf = async (name: string, metadata: object = {}) => {
      const pod = await createPod(cluster.plane, 'shop', podOf(name, envFrom, { metadata }));
      return injectionOf(pod)?.containers?.['app'];
    };

    it('works, names what it cannot see on the pod, and says in one line which permission is missing', async () => {
      await cluster.plane.createNamespace('shop', enabled);
      const data = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine:4318' };
      await cluster.plane.admin.call('POST', '/api/v1/namespaces/shop/configmaps', {
        metadata: { name: 'settings' },
        data,
      });
      const records = await Promise.all(Array.from({ length: 20 }, (_, index) => recordOf(`unseen-${index}`)));
      const unseen = records.filter(
        (record) => JSON.stringify(record?.['unseen']) === '["ConfigMap settings (not read)"]',
      );
      expect([unseen.length, unseen.every((record) => record?.['protocol'] === 'http/protobuf')]).toEqual([20, true]);
      const skip = { annotations: { 'nodelocal-otlp.dev/env-from-unseen': 'skip' } };
      expect(await recordOf('skipped', skip)).toEqual({ skipped: 'env-from-unseen' });
      const said = cluster.installation.replicas.flatMap(problemsOf);
      say(
        `without env-from: 20 of 20 injected with the ConfigMap named as unseen; said ${said.length} times: ${said[0]}`,
      );
      expect(new Set(said.map((text) => text.replace(/^.*?: /, '')))).toEqual(
        new Set([
          'forbidden for the ServiceAccount nodelocal-otlp/nodelocal-otlp-webhook: grant verb get on resource configmaps in namespace shop',
        ]),
      );
      expect(said.length).toBeLessThanOrEqual(2);
    });

    it('sees it soon after the component is applied', async () => {
      await apply(cluster.plane, build(manifests));
      let count = 0;
      const tookMs = await untilSo('the ConfigMap is seen', async () => {
        const record = await recordOf(`seen-${(count += 1)}`);
        return JSON.stringify(record) === '{"skipped":"user-endpoint"}';
      });
      say(`without env-from: seen ${tookMs} ms after the component was applied`);
    });
  },
);

describeInstalled('a revoked permission', {}, (cluster) => {
  const binding = () =>
    cluster.installation.objects.filter(
      ({ kind, metadata }) => kind === 'ClusterRoleBinding' && metadata.name === 'nodelocal-otlp-webhook',
    );

  it('gives one clear line each, no crash, and is over when it is granted again', async () => {
    const { plane, installation } = cluster;
    await plane.createNamespace('shop', enabled);
    await remove(plane, binding());
    // The API server decides about a watch when it begins: so that it does, it is restarted, as in an upgrade.
    await plane.pauseApiServer('stop');
    await plane.resumeApiServer();
    const late = await installation.startReplica();
    const forbidden = (replica: Replica) => problemsOf(replica).filter((text) => text.includes('forbidden'));
    await untilSo('all have said it', () => installation.replicas.every((one) => forbidden(one).length === 2));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    const verbs = (replica: Replica) =>
      forbidden(replica)
        .map((text) => text.replace(/^.*grant/, 'grant'))
        .sort();
    const lines = installation.replicas.map(verbs);
    for (const line of lines[0] ?? []) say(`a revoked permission: "${line}"`);
    for (const said of lines) {
      expect(said).toEqual([
        expect.stringMatching(/^grant verb (list|watch) on resource mutatingwebhookconfigurations/),
        expect.stringMatching(/^grant verb (list|watch) on resource namespaces$/),
      ]);
    }
    expect(installation.replicas.map(({ running }) => running)).toEqual([true, true, true]);
    // Those that know the cluster go on with what they know; the new one is not asked.
    expect(await Promise.all(installation.replicas.map((replica) => replica.ready()))).toEqual([true, true, false]);
    const pods = await Promise.all(
      Array.from({ length: 20 }, (_, i) => createPod(plane, 'shop', podOf(`revoked-${i}`))),
    );
    const injected = pods.filter((pod) => injectionOf(pod) !== undefined).length;
    await apply(plane, binding());
    const tookMs = await untilSo('the late one is ready', () => late.ready(), 60_000);
    await untilSo(
      'all say that it is over',
      () =>
        installation.replicas.every(
          (replica) => replica.lines().filter(({ msg }) => msg === 'calls to the API server work again').length >= 2,
        ),
      60_000,
    );
    say(
      `a revoked permission: ${injected} of 20 pods injected meanwhile; over ${tookMs} ms after it was granted again`,
    );
    expect(injected).toBe(20);
    const after = installation.replicas.map((replica) => forbidden(replica).length);
    expect(after).toEqual([2, 2, 2]);
  });
});
