import type {
  V1ClusterRole,
  V1ClusterRoleBinding,
  V1ConfigMap,
  V1DaemonSet,
  V1Deployment,
  V1MutatingWebhookConfiguration,
  V1Namespace,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1Role,
  V1RoleBinding,
  V1Service,
  V1ServiceAccount,
} from '@kubernetes/client-node';
import type { ApiObject } from './files.ts';

/** The API types, by kind. */
interface Kinds {
  ClusterRole: V1ClusterRole;
  ClusterRoleBinding: V1ClusterRoleBinding;
  ConfigMap: V1ConfigMap;
  DaemonSet: V1DaemonSet;
  Deployment: V1Deployment;
  MutatingWebhookConfiguration: V1MutatingWebhookConfiguration;
  Namespace: V1Namespace;
  NetworkPolicy: V1NetworkPolicy;
  PodDisruptionBudget: V1PodDisruptionBudget;
  ResourceQuota: V1ResourceQuota;
  Role: V1Role;
  RoleBinding: V1RoleBinding;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
}

/** Objects of one way to install, with the ones that rules ask for. */
export class Objects {
  readonly title: string;
  readonly components: readonly string[];
  readonly objects: readonly ApiObject[];

  constructor(title: string, components: readonly string[], objects: readonly ApiObject[]) {
    this.title = title;
    this.components = components;
    this.objects = objects;
  }

  has(component: string): boolean {
    return this.components.includes(component);
  }

  all<K extends keyof Kinds>(kind: K): Kinds[K][] {
    return this.objects.filter((object) => object.kind === kind) as unknown as Kinds[K][];
  }

  /** @throws unless there is exactly one */
  the<K extends keyof Kinds>(kind: K): Kinds[K] {
    const [object, ...others] = this.all(kind);
    if (object === undefined || others.length > 0) throw new Error(`not exactly one ${kind}`);
    return object;
  }
}
