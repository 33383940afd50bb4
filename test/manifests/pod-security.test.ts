import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { installations } from './installation.ts';
import { restrictedProblems } from './pod-security.ts';

const levels = ['enforce', 'audit', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}`);

it.each(installations)('$title is as restricted as its namespace says', (all) => {
  const { pod, components } = all;
  const hostNetwork = components.includes('host-network');
  expect(restrictedProblems(pod)).toEqual(hostNetwork ? ['host namespaces'] : []);
  const namespace = all.objects.find(({ kind }) => kind === 'Namespace');
  const level = hostNetwork || components.includes('host-ip') ? 'privileged' : 'restricted';
  expect(levels.map((label) => namespace?.metadata.labels?.[label])).toEqual(levels.map(() => level));
});

describe('the rules', () => {
  const good = installations[0]?.pod as V1PodSpec;

  it.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
    ['host namespaces', { hostPID: true }, {}, {}],
    ['volume types', { volumes: [{ name: 'a', hostPath: { path: '/' } }] }, {}, {}],
    [
      'sysctls',
      {
        securityContext: {
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
          sysctls: [{ name: 'a', value: '1' }],
        },
      },
      {},
      {},
    ],
    ['host ports', {}, { ports: [{ containerPort: 1, hostPort: 1 }] }, {}],
    ['privileged', {}, {}, { privileged: true }],
    ['privilege escalation', {}, {}, { allowPrivilegeEscalation: true }],
    ['capabilities', {}, {}, { capabilities: { drop: ['NET_RAW'] } }],
    ['capabilities', {}, {}, { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }],
    ['running as root', {}, {}, { runAsNonRoot: false }],
    ['seccomp', {}, {}, { seccompProfile: { type: 'Unconfined' } }],
    ['proc mount', {}, {}, { procMount: 'Unmasked' }],
    ['a root file system that can be written', {}, {}, { readOnlyRootFilesystem: false }],
    ['a fixed user', {}, {}, { runAsUser: 65532 }],
  ])('notice %s', (says, ofPod, ofContainer, ofContext) => {
    const pod = Object.assign(structuredClone(good), ofPod);
    for (const container of pod.containers) {
      Object.assign(container, ofContainer);
      Object.assign(container.securityContext ?? {}, ofContext);
    }
    expect(restrictedProblems(pod)).toEqual([says]);
  });
});
