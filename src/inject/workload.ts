interface WorkloadKind {
  /** API groups that serve it, or served it once; '' is the core group. A Job of another group is none of ours. */
  readonly groups: readonly string[];
  /** Where its pod template stands; empty for a Pod, which is its own. */
  readonly template: readonly string[];
}

const specTemplate = ['spec', 'template'];

/** Every kind that pods are made from (kubernetes/kubernetes pkg/apis/{core,apps,batch}/types.go). */
const workloadKinds: Readonly<Record<string, WorkloadKind>> = {
  Pod: { groups: [''], template: [] },
  PodTemplate: { groups: [''], template: ['template'] },
  ReplicationController: { groups: [''], template: specTemplate },
  Deployment: { groups: ['apps', 'extensions'], template: specTemplate },
  ReplicaSet: { groups: ['apps', 'extensions'], template: specTemplate },
  DaemonSet: { groups: ['apps', 'extensions'], template: specTemplate },
  StatefulSet: { groups: ['apps'], template: specTemplate },
  Job: { groups: ['batch', 'extensions'], template: specTemplate },
  CronJob: { groups: ['batch'], template: ['spec', 'jobTemplate', ...specTemplate] },
};

/**
 * The path from an object of this apiVersion and kind to the part of it that has the shape of a Pod; empty
 * for a Pod itself, undefined for objects without a pod template.
 */
export function findPodTemplate(apiVersion: string, kind: string): readonly string[] | undefined {
  const workload = Object.hasOwn(workloadKinds, kind) ? workloadKinds[kind] : undefined;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return apiVersion !== '' && workload?.groups.includes(group) ? workload.template : undefined;
}
