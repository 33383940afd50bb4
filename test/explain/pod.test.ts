import * as fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import type { ContainerExplanation } from '../../src/explain/explanation.ts';
import { explainPod } from '../../src/explain/pod.ts';
import { decidePod, type PodFacts } from '../../src/inject/decide.ts';
import { buildPatch } from '../../src/inject/patch.ts';
import { annotationNames, helperPrefix } from '../../src/inject/names.ts';
import { containerLists, type EnvVar, type Pod } from '../../src/inject/pod.ts';
import { arbitraryFacts, arbitraryPod } from '../inject/arbitrary-pod.ts';

const context = { settings: defaultSettings, stamp: { version: '1', config: 'test' }, source: () => 'default' };
const facts: PodFacts = { namespaceAnnotations: {}, clusterIPs: ['10.96.0.40'], configMap: () => undefined };

function explainEnv(env: EnvVar[]) {
  return explainPod({ spec: { containers: [{ name: 'app', env }] } }, facts, context).containers[0];
}

const containersOf = (pod: Pod) => containerLists.flatMap((list) => pod.spec[list] ?? []);

describe('for a few hundred pods, an explanation', () => {
  // The API server takes no two containers of one name, and the annotation could not tell them apart.
  const pods = arbitraryPod.filter((pod) => {
    const names = containersOf(pod).map(({ name }) => name);
    return new Set(names).size === names.length;
  });
  const freshPods = pods.filter(
    (pod) =>
      pod.metadata?.annotations?.[annotationNames.injected] === undefined &&
      !containersOf(pod).some(({ env }) => env?.some(({ name }) => name.startsWith(helperPrefix))),
  );

  it('names the outcome that is decided, and all that is added', () => {
    const check = fc.property(pods, arbitraryFacts, (pod, around) => {
      const decision = decidePod(pod, around, context.settings, context.stamp);
      const { skipped, containers } = explainPod(pod, around, context);
      expect([skipped?.reason, containers.map(addedTo)]).toEqual([
        decision.skipped,
        decision.containers.map((decided) => [
          decided.outcome,
          ...(decided.outcome === 'skipped' ? [] : decided.add.map(({ entry }) => entry.name)),
        ]),
      ]);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it('is the same after the injection, but for what is there already', () => {
    const check = fc.property(freshPods, arbitraryFacts, (pod, around) => {
      const injected = structuredClone(pod);
      const patch = buildPatch(pod, decidePod(pod, around, context.settings, context.stamp));
      jsonpatch.applyPatch(injected, patch as jsonpatch.Operation[], true);
      expect(withoutState(explainPod(injected, around, context))).toBe(withoutState(explainPod(pod, around, context)));
    });
    fc.assert(check, { numRuns: 300 });
  });
});

function addedTo({ outcome, variables }: ContainerExplanation): string[] {
  return [outcome, ...variables.filter(({ present }) => present === false).map(({ name }) => name)];
}

function withoutState(explained: unknown): string {
  return JSON.stringify(explained)
    .replaceAll('"outcome":"unchanged"', '"outcome":"injected"')
    .replaceAll('"present":true', '"present":false');
}

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
