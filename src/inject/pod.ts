/**
 * The parts of a Pod that the rules read, as plain JSON.
 *
 * Everything else stays in the object untouched: nothing here is a typed round trip, so fields that
 * this version has never heard of survive.
 */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: Record<string, unknown>;
}

export interface EnvFromSource {
  prefix?: string;
  configMapRef?: { name?: string; optional?: boolean };
  secretRef?: { name?: string; optional?: boolean };
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[] | null;
  envFrom?: EnvFromSource[] | null;
  resources?: { limits?: Record<string, string | number> };
  restartPolicy?: string;
}

export interface PodSpec {
  containers?: Container[];
  initContainers?: Container[];
  os?: { name?: string };
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  affinity?: {
    nodeAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: {
        nodeSelectorTerms?: { matchExpressions?: { key?: string; operator?: string; values?: string[] }[] }[];
      };
    };
  };
  schedulerName?: string;
  hostNetwork?: boolean;
  dnsPolicy?: string;
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
}

export interface Pod {
  metadata?: ObjectMeta;
  spec: PodSpec;
}

/** The two lists of a pod that hold containers we inject; ephemeral containers never appear on CREATE. */
export const containerLists = ['initContainers', 'containers'] as const;
export type ContainerList = (typeof containerLists)[number];
