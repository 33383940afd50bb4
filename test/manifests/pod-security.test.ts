import type { V1Container, V1PodSpec, V1SecurityContext } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { installations } from './installation.ts';
import { restrictedProblems } from './pod-security.ts';

const levels = ['enforce', 'audit', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}`);

it.each(installations)('$title is as restricted as its namespace says', ({ pod, components, ...all }) => {
  const hostNetwork = components.includes('host-network');
  expect(restrictedProblems(pod)).toEqual(hostNetwork ? ['host namespaces'] : []);
  const namespace = all.objects.find(({ kind }) => kind === 'Namespace');
  const level = hostNetwork ? 'privileged' : 'restricted';
  expect(levels.map((label) => namespace?.metadata.labels?.[label])).toEqual(levels.map(() => level));
});

describe('the rules', () => {
  const good = installations[0]?.pod as V1PodSpec;
  const withContainer = (change: Partial<V1Container>): V1PodSpec => ({
    ...good,
    containers: good.containers.map((container) => ({ ...container, ...change })),
  });
  const withContext = (change: Partial<V1SecurityContext>): V1PodSpec =>
    withContainer({ securityContext: { ...good.containers[0]?.securityContext, ...change } });

  it.each([
    ['host namespaces', { ...good, hostPID: true }],
    ['volume types', { ...good, volumes: [{ name: 'a', hostPath: { path: '/' } }] }],
    ['sysctls', { ...good, securityContext: { ...good.securityContext, sysctls: [{ name: 'a', value: '1' }] } }],
    ['host ports', withContainer({ ports: [{ containerPort: 1, hostPort: 1 }] })],
    ['privileged', withContext({ privileged: true })],
    ['privilege escalation', withContext({ allowPrivilegeEscalation: true })],
    ['capabilities', withContext({ capabilities: { drop: ['NET_RAW'] } })],
    ['capabilities', withContext({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } })],
    ['running as root', { ...good, securityContext: { ...good.securityContext, runAsNonRoot: false } }],
    ['seccomp', { ...good, securityContext: { runAsNonRoot: true } }],
    ['proc mount', withContext({ procMount: 'Unmasked' })],
    ['a root file system that can be written', withContext({ readOnlyRootFilesystem: false })],
    ['a fixed user', withContext({ runAsUser: 65532 })],
  ])('notice %s', (says, pod) => expect(restrictedProblems(pod)).toEqual([says]));
});
