import { describe, expect, it } from 'vitest';
import { findPodTemplate } from '../../src/inject/workload.ts';

describe('findPodTemplate', () => {
  const cases: [apiVersion: string, kind: string, want: string | undefined][] = [
    ['v1', 'Pod', ''],
    ['v1', 'PodTemplate', 'template'],
    ['v1', 'ReplicationController', 'spec.template'],
    ['apps/v1', 'Deployment', 'spec.template'],
    ['extensions/v1beta1', 'DaemonSet', 'spec.template'],
    ['apps/v1beta2', 'StatefulSet', 'spec.template'],
    ['batch/v1', 'Job', 'spec.template'],
    ['batch/v1beta1', 'CronJob', 'spec.jobTemplate.spec.template'],
    ['batch.volcano.sh/v1alpha1', 'Job', undefined],
    ['apps/v1', 'Pod', undefined],
    ['v1', 'Service', undefined],
    ['v1', 'toString', undefined],
    ['', 'Pod', undefined],
  ];
  it.each(cases)('%s %s', (apiVersion, kind, want) => {
    expect(findPodTemplate(apiVersion, kind)?.join('.')).toBe(want);
  });
});
