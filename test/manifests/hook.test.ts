import { describe, expect, it } from 'vitest';
import { defaultSettings, settingRows } from '../../src/config/settings.ts';
import { injectLabel } from '../../src/inject/names.ts';
import { installations } from './installation.ts';

describe.each(installations)('the hook of $title', (all) => {
  const { settings, webhook } = all;

  it('fails open, in time, without side effects, and comes again', () => {
    expect(webhook).toMatchObject({
      admissionReviewVersions: ['v1'],
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      reinvocationPolicy: 'IfNeeded',
      matchPolicy: 'Equivalent',
      timeoutSeconds: 2,
    });
    const longest = settingRows.find(({ key }) => key === 'server.requestTimeout')?.type.expected;
    expect(longest).toContain('1900ms');
    expect(settings.server.requestTimeout.ms).toBeLessThan(2000);
  });

  it('is called for new pods of namespaces that ask for it, and of no others', () => {
    expect(webhook.rules).toEqual([
      { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' },
    ]);
    expect(webhook.namespaceSelector?.matchExpressions).toEqual([
      { key: injectLabel, operator: 'In', values: ['enabled'] },
      {
        key: 'kubernetes.io/metadata.name',
        operator: 'NotIn',
        values: ['kube-system', 'kube-public', 'kube-node-lease', 'nodelocal-otlp'],
      },
    ]);
    expect(webhook.objectSelector).toEqual({
      matchExpressions: [{ key: injectLabel, operator: 'NotIn', values: ['disabled'] }],
    });
    expect(webhook.matchConditions?.map((condition) => condition.name)).toEqual(['not-a-mirror-pod', 'not-on-windows']);
  });

  it('brings no CA, so that nobody sees it drift', () => {
    expect(webhook.clientConfig).not.toHaveProperty('caBundle');
    expect(all.objects.map(({ kind }) => kind)).not.toContain('Secret');
  });
});

describe('the ConfigMap', () => {
  it('changes nothing as it is', () => {
    expect(installations[0]?.settings).toEqual(defaultSettings);
  });

  it('holds settings that can be taken out of their comment', () => {
    const text = installations[0]?.the('ConfigMap').data?.['config.yaml'] ?? '';
    const lines = text.split('\n').map((line) => line.replace(/^# /, ''));
    expect(lines.filter((line) => /^\s*\w+:/.test(line)).length).toBeGreaterThanOrEqual(settingRows.length);
  });
});
