import * as fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import { explainPod } from '../../src/explain/pod.ts';
import { decidePod, type PodFacts } from '../../src/inject/decide.ts';
import { buildPatch } from '../../src/inject/patch.ts';
import type { EnvVar, Pod } from '../../src/inject/pod.ts';
import { arbitraryFacts, arbitraryPod } from '../inject/arbitrary-pod.ts';

const context = { settings: defaultSettings, stamp: { version: '1', config: 'test' }, source: () => 'default' };
const facts: PodFacts = { namespaceAnnotations: {}, clusterIPs: ['10.96.0.40'], configMap: () => undefined };

function explainEnv(env: EnvVar[]) {
  return explainPod({ spec: { containers: [{ name: 'app', env }] } }, facts, context).containers[0];
}

describe('for a few hundred pods, an explanation', () => {
  const property = (title: string, check: (pod: Pod, facts: PodFacts) => void) =>
    it(title, () => fc.assert(fc.property(arbitraryPod, arbitraryFacts, check), { numRuns: 300 }));

  property('names the outcome that is decided, and all that is added', (pod, around) => {
    const decision = decidePod(pod, around, context.settings, context.stamp);
    const explained = explainPod(pod, around, context);
    expect(explained.skipped?.reason).toBe(decision.skipped);
    expect(explained.containers.map(({ outcome }) => outcome)).toEqual(
      decision.containers.map(({ outcome }) => outcome),
    );
    const added = decision.containers.map((c) => (c.outcome === 'skipped' ? [] : c.add.map(({ entry }) => entry.name)));
    const said = explained.containers.map(({ variables }) =>
      variables.filter(({ from, present }) => from === 'injected' && present === false).map(({ name }) => name),
    );
    expect(said).toEqual(added);
  });

  property('is the same after the injection, but for what is there already', (pod, around) => {
    const injected = structuredClone(pod);
    const patch = buildPatch(pod, decidePod(pod, around, context.settings, context.stamp));
    jsonpatch.applyPatch(injected, patch as jsonpatch.Operation[], true);
    const withoutState = (explained: unknown) =>
      JSON.stringify(explained)
        .replaceAll('"outcome":"unchanged"', '"outcome":"injected"')
        .replaceAll('"present":true', '"present":false');
    expect(withoutState(explainPod(injected, around, context))).toBe(withoutState(explainPod(pod, around, context)));
  });
});

describe('what an explanation shows', () => {
  it.each([
    { name: 'OTEL_SERVICE_NAME', value: 'web', want: { value: 'web' } },
    { name: 'OTEL_EXPORTER_OTLP_HEADERS', value: 'api-key=secret', want: { hidden: true } },
    { name: 'OTEL_EXPORTER_OTLP_LOGS_HEADERS', value: '', want: { value: '' } },
    { name: 'OTEL_EXPORTER_OTLP_CLIENT_KEY', value: '/key', want: { hidden: true } },
    { name: 'OTEL_EXPORTER_OTLP_CERTIFICATE', value: '/ca', want: { hidden: true } },
    { name: 'OTEL_EXPORTER_JAEGER_PASSWORD', value: 'p', want: { hidden: true } },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://u:p@x:4318/a@b', want: { value: 'http://(set)@b' } },
    { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'https://x/v1?key=1', want: { value: 'https://x/v1?(set)' } },
    { name: 'OTEL_RESOURCE_ATTRIBUTES', value: 'owner=a@b.c', want: { value: 'owner=a@b.c' } },
    { name: 'HTTP_PROXY', value: 'u:p@proxy:3128', want: { value: '(set)@proxy:3128' } },
    { name: 'no_proxy', value: '.svc,10.0.0.0/8', want: { value: '.svc,10.0.0.0/8' } },
    { name: 'OTEL_X', value: '$(Y)', want: { value: '$(Y)' } },
    {
      name: 'OTEL_X',
      valueFrom: { secretKeyRef: { name: 's', key: 'k' } },
      want: { valueFrom: 'Secret s, key k' },
    },
    {
      name: 'OTEL_X',
      valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } },
      want: { valueFrom: 'ConfigMap c, key k' },
    },
    { name: 'OTEL_X', valueFrom: { fieldRef: { fieldPath: 'a.b' } }, want: { valueFrom: 'field a.b' } },
    { name: 'OTEL_X', valueFrom: { resourceFieldRef: { resource: 'r' } }, want: { valueFrom: 'resource r' } },
    { name: 'OTEL_X', valueFrom: { fileKeyRef: {} }, want: { valueFrom: 'valueFrom' } },
  ])('$name: $want', ({ want, ...entry }) => {
    expect(explainEnv([entry])?.variables.filter(({ from }) => from !== 'injected')).toEqual([
      { name: entry.name, ...want, from: 'env' },
    ]);
  });

  it('is nothing of variables that have no say in OTLP', () => {
    const kept = explainEnv([{ name: 'DB_PASSWORD', value: 'x' }])?.variables.filter(({ from }) => from === 'env');
    expect(kept).toEqual([]);
  });
});
