import { expect, it } from 'vitest';
import { enabled } from './installation.ts';
import { comparable, expectedPod } from './expected.ts';
import { injectionOf } from './objects.ts';
import { listPods, type StoredPod } from './pods.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const image = 'registry.example.com/app:1';
const labels = { app: 'test' };
const java = { name: 'app', image, command: ['java', '-jar', 'app.jar'] };
const template = (spec: object = {}) => ({ metadata: { labels }, spec: { containers: [java], ...spec } });
const selector = { matchLabels: labels };
const job = { completions: 4, parallelism: 4, template: template({ restartPolicy: 'Never' }) };

/** Kind, where it is made, its spec, and how many pods its controller makes of it. */
const workloads: readonly (readonly [kind: string, path: string, spec: object, pods: number])[] = [
  ['Deployment', 'apis/apps/v1/PLACE/deployments', { replicas: 5, selector, template: template() }, 5],
  // Its controller waits for each pod to get ready before it makes the next, unless told not to.
  [
    'StatefulSet',
    'apis/apps/v1/PLACE/statefulsets',
    { replicas: 3, podManagementPolicy: 'Parallel', serviceName: 's', selector, template: template() },
    3,
  ],
  ['DaemonSet', 'apis/apps/v1/PLACE/daemonsets', { selector, template: template() }, 2],
  ['Job', 'apis/batch/v1/PLACE/jobs', job, 4],
  ['CronJob', 'apis/batch/v1/PLACE/cronjobs', { schedule: '0 0 1 1 *', jobTemplate: { spec: job } }, 0],
  [
    'ReplicationController',
    'api/v1/PLACE/replicationcontrollers',
    { replicas: 2, selector: labels, template: template() },
    2,
  ],
];
const wanted = workloads.reduce((sum, [, , , pods]) => sum + pods, 0);

describeInstalled('pods made by controllers', { controllerManager: true }, (cluster) => {
  it('are all injected, each like the core says for the pod that an unlabelled namespace gets', async () => {
    const { plane } = cluster;
    for (const name of ['node-1', 'node-2']) {
      await plane.admin.call('POST', '/api/v1/nodes', { metadata: { name } });
      // A new node is tainted as not ready, and nobody here would ever say that it is.
      await plane.admin.call('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: [] } });
    }
    await plane.createNamespace('shop', enabled);
    await plane.createNamespace('plain');
    for (const namespace of ['shop', 'plain']) {
      for (const [kind, path, spec] of workloads) {
        const place = `/${path.replace('PLACE', `namespaces/${namespace}`)}`;
        await plane.admin.call('POST', place, { metadata: { name: kind.toLowerCase() }, spec });
      }
    }
    const madeIn = (namespace: string) => listPods(plane, namespace);
    await untilSo('all pods are there', async () => {
      const counts = [await madeIn('shop'), await madeIn('plain')].map((pods) => pods.length);
      return counts.every((count) => count === wanted);
    });
    const [shop, plain] = [await madeIn('shop'), await madeIn('plain')];
    for (const [kind] of workloads) {
      const of = (pods: StoredPod[]) =>
        pods.filter(({ metadata }) => metadata.name.startsWith(`${kind.toLowerCase()}-`));
      const made = of(shop);
      const injected = made.filter((pod) => injectionOf(pod)?.containers?.['app']?.['protocol'] === 'http/protobuf');
      if (made.length > 0) say(`pods made by controllers: ${kind}: ${injected.length} of ${made.length} injected`);
      expect(injected).toHaveLength(made.length);
      const model = of(plain)[0];
      const expected = model && (expectedPod(model).pod as StoredPod);
      for (const pod of made) expect(essence(pod), kind).toEqual(expected && essence(expected));
    }
    expect(plain.filter((pod) => injectionOf(pod) !== undefined)).toEqual([]);
    expect(shop.filter(({ metadata }) => metadata.name.startsWith('job-'))[0]?.spec.containers[0]?.env).not.toEqual(
      shop.filter(({ metadata }) => metadata.name.startsWith('deployment-'))[0]?.spec.containers[0]?.env,
    );
  });

  it('among them those of our own Deployment, which the restricted level and the quota let in uninjected', async () => {
    const ours = async () => await listPods(cluster.plane, 'nodelocal-otlp');
    await untilSo('they are there', async () => (await ours()).length === 2);
    expect((await ours()).map(injectionOf)).toEqual([undefined, undefined]);
    say('pods made by controllers: 2 of 2 pods of our own Deployment admitted in its namespace, uninjected');
  });
});

/** What is the same for all pods of a workload. */
function essence(pod: StoredPod): unknown {
  const { metadata, spec } = comparable(pod) as { metadata: { annotations?: object }; spec: { containers: object[] } };
  return { annotations: metadata.annotations, containers: spec.containers };
}
