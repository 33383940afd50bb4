import * as fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import { configMapNames, decidePod, type PodFacts } from '../../src/inject/decide.ts';
import { buildPatch, checkPatch } from '../../src/inject/patch.ts';
import { type Container, containerLists, type Pod } from '../../src/inject/pod.ts';
import { arbitraryFacts, arbitraryPod } from './arbitrary-pod.ts';

const stamp = { version: '0.1.0', config: 'properties' };

function inject(pod: Pod, facts: PodFacts) {
  const decision = decidePod(pod, facts, defaultSettings, stamp);
  const operations = buildPatch(pod, decision);
  const injected = structuredClone(pod);
  jsonpatch.applyPatch(injected, structuredClone(operations) as jsonpatch.Operation[], true);
  return { decision, operations, injected };
}

const containersOf = (pod: Pod): Container[] => containerLists.flatMap((list) => pod.spec[list] ?? []);

/** The properties of the core, over as many pods each as asked for. */
export function holdsForPods(numRuns: number): void {
  const property = (title: string, check: (pod: Pod, facts: PodFacts) => void) =>
    it(title, () => fc.assert(fc.property(arbitraryPod, arbitraryFacts, check), { numRuns }));

  property('changes nothing on its own output', (pod, facts) => {
    const { injected } = inject(pod, facts);
    expect(inject(injected, facts).operations).toEqual([]);
  });

  property('keeps each entry of the user unchanged and in place', (pod, facts) => {
    const { injected } = inject(pod, facts);
    containersOf(pod).forEach((container, i) => {
      const before = container.env ?? [];
      expect((containersOf(injected)[i]?.env ?? []).slice(0, before.length)).toEqual(before);
    });
  });

  property('only adds, and what it adds passes its own check', (pod, facts) => {
    const { decision, operations } = inject(pod, facts);
    expect(operations.every(({ op }) => op === 'add')).toBe(true);
    expect(checkPatch(structuredClone(pod), structuredClone(operations), decision)).toBeUndefined();
  });

  property('refers to earlier names only', (pod, facts) => {
    const { decision, injected } = inject(pod, facts);
    for (const container of decision.containers) {
      if (container.outcome === 'skipped') continue;
      const env = injected.spec[container.list]?.[container.index]?.env ?? [];
      for (const { entry } of container.add) {
        for (const [, name] of (entry.value ?? '').matchAll(/\$\(([^)]*)\)/g)) {
          const at = env.findLastIndex((e) => e.name === entry.name);
          expect(env.slice(0, at).map((e) => e.name)).toContain(name);
        }
      }
    }
  });

  property('makes endpoint and protocol agree', (pod, facts) => {
    for (const container of inject(pod, facts).decision.containers) {
      if (container.outcome === 'skipped') continue;
      expect(container.url).toMatch(container.choice.protocol === 'grpc' ? /:4317$/ : /:4318$/);
      const written = container.add.find(({ entry }) => entry.name === 'OTEL_EXPORTER_OTLP_PROTOCOL');
      if (written) expect(written.entry.value).toBe(container.choice.protocol);
    }
  });

  property('adds no name that is there, except an endpoint’s own', (pod, facts) => {
    for (const container of inject(pod, facts).decision.containers) {
      if (container.outcome === 'skipped') continue;
      const before = new Set((pod.spec[container.list]?.[container.index]?.env ?? []).map(({ name }) => name));
      for (const { entry } of container.add) expect(before.has(entry.name)).toBe(false);
    }
  });

  property('gives the same patch for the same input, and leaves the input alone', (pod, facts) => {
    const copy = structuredClone(pod);
    expect(inject(pod, facts).operations).toEqual(inject(copy, facts).operations);
    expect(pod).toEqual(copy);
  });

  property('reads no ConfigMap that cannot matter', (pod) => {
    const named = containersOf(pod).flatMap((c) => (c.envFrom ?? []).map((source) => source.configMapRef?.name));
    expect(named).toEqual(expect.arrayContaining(configMapNames(pod)));
  });

  it('never throws, whatever JSON it is given, and pollutes no prototype', () => {
    const noFacts: PodFacts = { namespaceAnnotations: {}, clusterIPs: [], configMap: () => undefined };
    const almostPod = fc.record({
      metadata: fc.oneof(fc.jsonValue(), fc.record({ annotations: fc.jsonValue(), labels: fc.jsonValue() })),
      spec: fc.oneof(
        fc.jsonValue(),
        fc.record({
          containers: fc.oneof(
            fc.jsonValue(),
            fc.array(
              fc.record({ name: fc.jsonValue(), env: fc.jsonValue(), envFrom: fc.jsonValue(), args: fc.jsonValue() }),
            ),
          ),
          initContainers: fc.jsonValue(),
          nodeSelector: fc.jsonValue(),
        }),
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), almostPod, fc.constant(JSON.parse('{"__proto__":{"polluted":1}}'))),
        (pod) => {
          const decision = decidePod(pod, noFacts, defaultSettings, stamp);
          buildPatch(pod, decision);
          configMapNames(pod);
          expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
        },
      ),
      { numRuns },
    );
  });
}
