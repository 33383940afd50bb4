import { agentName, injectLabel } from './names.ts';
import type { Pod } from './pod.ts';
import type { ReasonCode } from './reasons.ts';

interface PodRule {
  readonly reason: ReasonCode;
  readonly applies: (pod: Pod) => boolean;
}

/** Pods that are left alone as a whole, in this order. */
const podRules: readonly PodRule[] = [
  // The static pod on the node is not changed by a patch to its mirror: it would only make the API lie.
  { reason: 'mirror-pod', applies: (pod) => pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined },
  { reason: 'opted-out', applies: (pod) => pod.metadata?.labels?.[injectLabel] === 'disabled' },
  { reason: 'agent-itself', applies: (pod) => pod.metadata?.labels?.['app.kubernetes.io/name'] === agentName },
  { reason: 'too-many-containers', applies: hasTooMany },
  { reason: 'windows-pod', applies: isWindows },
  { reason: 'virtual-node', applies: isOnVirtualNode },
];

/** The reason for which the whole pod is left alone, or undefined. */
export function podSkipReason(pod: Pod): ReasonCode | undefined {
  return podRules.find((rule) => rule.applies(pod))?.reason;
}

/** Reasons after which not even our annotation is written: the pod asked for no change, or cannot take one. */
export const handsOff: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'mirror-pod',
  'opted-out',
  'unreadable-pod',
  'not-pod-create',
  'namespace-not-enabled',
]);

// Each gets about a kilobyte of variables, and 50 microseconds of everybody's time. A review of 20 MiB has room for
// 100,000 containers, which took 2.6 s and half a gigabyte; pods that run have a few, seldom dozens.
const mostContainers = 1000;

function hasTooMany({ spec }: Pod): boolean {
  return (spec.containers?.length ?? 0) + (spec.initContainers?.length ?? 0) > mostContainers;
}

const osLabels = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

/** Says so in spec.os, or can only be scheduled to Windows nodes. */
function isWindows(pod: Pod): boolean {
  if (pod.spec.os?.name !== undefined) return pod.spec.os.name === 'windows';
  return osLabels.some((label) => pod.spec.nodeSelector?.[label] === 'windows' || requiresNode(pod, label, 'windows'));
}

/**
 * EKS Fargate marks its pods with a label and a scheduler of its own; virtual-kubelet nodes (AKS virtual
 * nodes among them) carry the label type=virtual-kubelet, which their pods select. A toleration alone
 * says nothing about where the pod goes.
 */
function isOnVirtualNode(pod: Pod): boolean {
  return (
    pod.metadata?.labels?.['eks.amazonaws.com/fargate-profile'] !== undefined ||
    pod.spec.schedulerName === 'fargate-scheduler' ||
    pod.spec.nodeSelector?.['type'] === 'virtual-kubelet' ||
    requiresNode(pod, 'type', 'virtual-kubelet') ||
    /^(virtual-kubelet|virtual-node|fargate)-/.test(pod.spec.nodeName ?? '')
  );
}

/** Whether each alternative of the required node affinity asks for label = value (terms are ORed). */
function requiresNode(pod: Pod, label: string, value: string): boolean {
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms ?? [];
  return (
    terms.length > 0 &&
    terms.every((term) =>
      term.matchExpressions?.some(
        (e) =>
          e.key === label && e.operator === 'In' && (e.values ?? []).length > 0 && e.values?.every((v) => v === value),
      ),
    )
  );
}
