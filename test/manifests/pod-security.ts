import type { V1Container, V1PodSpec } from '@kubernetes/client-node';

interface Rule {
  readonly says: string;
  readonly pod?: (pod: V1PodSpec) => boolean;
  readonly container?: (container: V1Container, pod: V1PodSpec) => boolean;
}

const allowedVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * The level `restricted` of the Pod Security Standards, as far as a pod of ours could break it, and two wishes of our own:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
const rules: readonly Rule[] = [
  { says: 'host namespaces', pod: ({ hostNetwork, hostPID, hostIPC }) => !hostNetwork && !hostPID && !hostIPC },
  {
    says: 'volume types',
    pod: ({ volumes = [] }) =>
      volumes.every((volume) => Object.keys(volume).every((key) => key === 'name' || allowedVolumes.includes(key))),
  },
  { says: 'sysctls', pod: ({ securityContext }) => securityContext?.sysctls === undefined },
  { says: 'host ports', container: ({ ports = [] }) => ports.every(({ hostPort }) => !hostPort) },
  { says: 'privileged', container: ({ securityContext }) => securityContext?.privileged !== true },
  {
    says: 'privilege escalation',
    container: ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false,
  },
  {
    says: 'capabilities',
    container: ({ securityContext }) =>
      securityContext?.capabilities?.drop?.includes('ALL') === true && securityContext.capabilities.add === undefined,
  },
  {
    says: 'running as root',
    container: ({ securityContext }, pod) =>
      (securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot) === true &&
      (securityContext?.runAsUser ?? pod.securityContext?.runAsUser) !== 0,
  },
  {
    says: 'seccomp',
    container: ({ securityContext }, pod) =>
      ['RuntimeDefault', 'Localhost'].includes(
        (securityContext?.seccompProfile ?? pod.securityContext?.seccompProfile)?.type ?? '',
      ),
  },
  { says: 'proc mount', container: ({ securityContext }) => (securityContext?.procMount ?? 'Default') === 'Default' },
  {
    says: 'a root file system that can be written',
    container: ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true,
  },
  // OpenShift and others give each namespace a range of users of its own, which a number of ours would fall out of.
  {
    says: 'a fixed user',
    container: ({ securityContext }, pod) =>
      (securityContext?.runAsUser ?? pod.securityContext?.runAsUser) === undefined,
  },
];

/** The rules that a pod breaks, by what they are about. */
export function restrictedProblems(pod: V1PodSpec): string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return rules
    .filter(
      (rule) => rule.pod?.(pod) === false || containers.some((container) => rule.container?.(container, pod) === false),
    )
    .map(({ says }) => says);
}
