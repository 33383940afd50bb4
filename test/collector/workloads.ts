import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { ControlPlane } from '../cluster/control-plane.ts';
import type { Place } from '../lab/network.ts';

/** A workload of one pod. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob';
  readonly name: string;
  readonly hostNetwork?: boolean;
}

export interface RunningPod {
  /** The service.name of its app. */
  readonly service: string;
  readonly place: Place;
  readonly hostNetwork: boolean;
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string };
  /** The attributes that its telemetry should have. */
  readonly expected: Readonly<Record<string, string>>;
}

const paths = {
  Deployment: { group: 'apps/v1', plural: 'deployments' },
  StatefulSet: { group: 'apps/v1', plural: 'statefulsets' },
  DaemonSet: { group: 'apps/v1', plural: 'daemonsets' },
  Job: { group: 'batch/v1', plural: 'jobs' },
  CronJob: { group: 'batch/v1', plural: 'cronjobs' },
} as const;

/** Makes workloads, and lets the controllers make their pods. @returns the pods by the names of their workloads */
export async function createWorkloads(
  plane: ControlPlane,
  namespace: string,
  workloads: readonly Workload[],
): Promise<Map<string, V1Pod>> {
  await plane.createNamespace(namespace);
  for (const workload of workloads) await create(plane, namespace, workload);
  for (const end = performance.now() + 30_000; ; ) {
    const { items } = await plane.admin.call<{ items: V1Pod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`);
    const pods = new Map(items.map((pod) => [String(pod.metadata?.labels?.['app']), pod]));
    const without = workloads.filter(({ name }) => !pods.has(name));
    if (without.length === 0) return pods;
    if (performance.now() > end) throw new Error(`no pod of ${without.map(({ name }) => name).join(', ')} in 30 s`);
    await sleep(100);
  }
}

async function create(plane: ControlPlane, namespace: string, { kind, name, hostNetwork = false }: Workload) {
  const post = (of: Workload['kind'], body: object) => {
    const { group, plural } = paths[of];
    return plane.admin.call<V1Pod>('POST', `/apis/${group}/namespaces/${namespace}/${plural}`, body);
  };
  const labels = { app: name };
  const containers = [{ name: 'app', image: 'registry.example.com/app:1' }];
  // The node has no kubelet, so nobody takes its taint away.
  const tolerations = [{ operator: 'Exists' }];
  const spec = { containers, hostNetwork, tolerations, ...(kind.endsWith('Job') && { restartPolicy: 'Never' }) };
  const template = { metadata: { labels }, spec };
  const selected = { selector: { matchLabels: labels }, template };
  if (kind !== 'CronJob') {
    const more = {
      Deployment: selected,
      StatefulSet: { ...selected, serviceName: name },
      DaemonSet: selected,
      Job: { template },
    };
    return void (await post(kind, { metadata: { name }, spec: more[kind] }));
  }
  const { metadata } = await post(kind, {
    metadata: { name },
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
  });
  // As its controller does when the time has come: the name ends with the minute.
  const owner = { apiVersion: paths.CronJob.group, kind, name, uid: metadata?.uid, controller: true };
  await post('Job', {
    metadata: { name: `${name}-${Math.floor(Date.now() / 60_000)}`, ownerReferences: [owner] },
    spec: { template },
  });
}

/** Brings a pod to a node and lets it run, as the scheduler and the kubelet do. */
export async function runPod(
  plane: ControlPlane,
  { kind, name, hostNetwork = false }: Workload,
  made: V1Pod,
  place: Place,
): Promise<RunningPod> {
  const { name: podName = '', namespace = '', uid = '' } = made.metadata ?? {};
  const at = `/api/v1/namespaces/${namespace}/pods/${podName}`;
  const target = { apiVersion: 'v1', kind: 'Node', name: place.node };
  await plane.admin.call('POST', `${at}/binding`, { metadata: { name: podName }, target });
  const [hostIP, podIP] = ['10.77.0.1', place.ip];
  const status = { phase: 'Running', hostIP, podIP, podIPs: [{ ip: podIP }], startTime: new Date().toISOString() };
  await plane.admin.call('PATCH', `${at}/status`, { status });
  return {
    service: `${namespace}-${name}`,
    place,
    hostNetwork,
    pod: { name: podName, namespace, uid },
    expected: {
      'k8s.pod.name': podName,
      'k8s.pod.uid': uid,
      'k8s.namespace.name': namespace,
      'k8s.node.name': place.node,
      [`k8s.${kind.toLowerCase()}.name`]: name,
    },
  };
}
