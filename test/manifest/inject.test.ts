import { describe, expect, it } from 'vitest';
import type { EnvVar } from '../../src/inject/pod.ts';
import { injectManifests } from '../../src/manifest/inject.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { valueAt } from '../../src/manifest/value-at.ts';
import { options } from './options.ts';
import { inject, outcomes, plain, pod, uninject } from './rewrite.ts';

describe('injecting manifests', () => {
  it('writes the variables of the core, and its annotation', () => {
    const { text, workloads } = inject(plain);
    const value = readStream({ name: 'x', text }).documents[0]?.value;
    const env = valueAt(value, ['spec', 'containers', 0, 'env']) as EnvVar[];
    const [container] = workloads[0]?.decision.containers ?? [];
    expect(container?.outcome === 'injected' && container.add.map(({ entry }) => entry)).toEqual(env);
    expect(env[0]).toEqual({
      name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      value: 'http://telemetry-otlp.nodelocal-otlp.svc:4318',
    });
    expect(valueAt(value, ['metadata', 'annotations', 'nodelocal-otlp.dev/injected'])).toBe(
      workloads[0]?.decision.annotation,
    );
  });

  it('quotes what could be read as something else than a string', () => {
    const { text } = inject(plain);
    expect(text).toContain('value: "8192"');
    expect(text).toContain('value: "true"');
    expect(text).toContain('value: http/protobuf\n');
    expect(text).toMatch(/nodelocal-otlp\.dev\/injected: '\{"version":/);
  });

  it('names the paths of patches from the object', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n';
    const [workload] = inject(`apiVersion: v1\nkind: List\nitems:\n- ${deployment.replaceAll('\n', '\n  ')}`).workloads;
    expect(workload?.operations.map(({ path }) => path)).toEqual([
      '/spec/template/spec/containers/0/env',
      '/spec/template/metadata',
    ]);
  });

  it('does not write an annotation where nothing is injected', () => {
    const text = pod('  containers:\n  - name: istio-proxy\n');
    const result = inject(text);
    expect([result.text, outcomes(result)]).toEqual([text, ['istio-proxy excluded-name']]);
  });

  const untouched = [
    { name: 'other kinds', given: 'apiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    kind: Pod\n' },
    {
      name: 'a Job of another group',
      given: 'apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nspec: {template: {spec: {containers: [{name: a}]}}}\n',
    },
    { name: 'YAML that is no object', given: 'replicaCount: 1\n---\n- kind: Pod\n---\ntext\n' },
    { name: 'a workload without a template', given: 'apiVersion: apps/v1\nkind: Deployment\nspec:\n' },
    { name: 'a template of another shape', given: 'apiVersion: v1\nkind: Pod\nspec:\n  containers: {name: a}\n' },
    {
      name: 'a pod that opts out',
      given: pod('  containers:\n  - name: a\n', 'metadata: {labels: {nodelocal-otlp.dev/inject: disabled}}'),
    },
    { name: 'an empty list', given: 'apiVersion: v1\nkind: List\nitems: []\n' },
    { name: 'a text of comments', given: '\uFEFF# nothing\r\n---\r\n' },
  ];
  it.each(untouched)('leaves $name as it is', ({ given }) => expect(inject(given).text).toBe(given));
});

describe('containers that share their YAML', () => {
  const cases: { name: string; given: string; want: string[] }[] = [
    {
      name: 'an env behind an alias',
      given: pod('  containers:\n  - name: a\n    env: &e\n    - {name: X}\n  - name: b\n    env: *e\n  - name: c\n'),
      want: ['a yaml-shared', 'b yaml-shared', 'c injected'],
    },
    {
      name: 'a container that others merge',
      given: pod('  containers:\n  - &a\n    name: a\n  - <<: *a\n    name: b\n'),
      want: ['a yaml-shared', 'b yaml-shared'],
    },
    {
      name: 'a container behind an alias',
      given: pod('  initContainers:\n  - &a {name: a}\n  containers:\n  - *a\n  - name: b\n'),
      want: ['a yaml-shared', 'a yaml-shared', 'b injected'],
    },
    {
      name: 'a list of containers behind an alias',
      given: pod('  initContainers: &l\n  - name: a\n  containers: *l\n'),
      want: ['a yaml-shared', 'a yaml-shared'],
    },
    {
      name: 'a pod spec that merges',
      given: pod('  <<: {hostPID: true}\n  containers:\n  - name: a\n'),
      want: ['a yaml-shared'],
    },
    {
      name: 'annotations behind an alias',
      given: pod('  containers:\n  - name: a\n', 'metadata:\n  labels: &l {a: b}\n  annotations: *l'),
      want: ['a yaml-shared'],
    },
    {
      name: 'annotations that merge',
      given: pod('  containers:\n  - name: a\n', 'metadata:\n  labels: &l {a: b}\n  annotations:\n    <<: *l'),
      want: ['a yaml-shared'],
    },
    {
      name: 'a null that cannot be filled',
      given: pod('  containers:\n  - {name: a, env}\n  - name: b\n'),
      want: ['a yaml-shared', 'b injected'],
    },
    {
      name: 'anchors that nothing refers to',
      given: pod('  containers: &c\n  - &a\n    name: a\n    env: &e\n'),
      want: ['a injected'],
    },
    {
      name: 'entries that others refer to',
      given: pod('  containers:\n  - name: a\n    env:\n    - &e {name: X, value: "1"}\n  - name: b\n    env: [*e]\n'),
      want: ['a injected', 'b injected'],
    },
    {
      name: 'parts below a container that others refer to',
      given: pod('  containers:\n  - name: a\n    resources: &r {}\n  - name: b\n    resources: *r\n'),
      want: ['a injected', 'b injected'],
    },
  ];
  it.each(cases)('$name', ({ given, want }) => {
    const result = inject(given);
    expect(outcomes(result)).toEqual(want);
    expect(uninject(result.text).text).toBe(given);
  });

  it('are recorded as skipped beside those that are injected', () => {
    const [workload] = inject(
      pod('  containers:\n  - name: a\n    env: &e []\n  - name: b\n    args: *e\n  - name: c\n'),
    ).workloads;
    expect(workload?.decision.annotation).toContain('"a":{"skipped":"yaml-shared"}');
    expect(workload?.decision.annotation).toContain('"c":{"protocol":');
    expect(workload?.decision.containers[0]).toMatchObject({ detail: 'spec.containers.0.env is used elsewhere (*e)' });
  });
});

describe('what an input says about itself', () => {
  const namespace = (metadata: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, ${metadata}}\n---\n`;
  const inShop = pod('  containers:\n  - name: app\n', 'metadata: {name: p, namespace: shop}');
  const enabled = 'labels: {nodelocal-otlp.dev/inject: enabled}';
  const cases = [
    { name: 'a namespace without the label', given: `${namespace('')}${inShop}`, want: ['namespace-not-enabled'] },
    { name: 'a namespace with it', given: `${namespace(enabled)}${inShop}`, want: ['app injected'] },
    {
      name: 'a namespace that comes after its pods',
      given: `${inShop}---\n${namespace('')}`,
      want: ['namespace-not-enabled'],
    },
    { name: 'another namespace', given: `${namespace('')}${plain}`, want: ['app injected'] },
    {
      name: 'annotations of the namespace',
      given: `${namespace(`${enabled}, annotations: {nodelocal-otlp.dev/exclude-containers: app}`)}${inShop}`,
      want: ['app excluded-by-annotation'],
    },
  ];
  it.each(cases)('$name', ({ given, want }) => expect(outcomes(inject(given))).toEqual(want));

  it('takes objects without a namespace for those of the default one', () => {
    expect(outcomes(inject(`${namespace('')}${plain}`, { namespace: 'shop' }))).toEqual(['namespace-not-enabled']);
  });

  const settings = (data: string, place = '') =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: otel${place}}\ndata: {${data}}\n---\n`;
  const fromMap = pod('  containers:\n  - name: app\n    envFrom: [{configMapRef: {name: otel}}]\n');
  it('reads envFrom from ConfigMaps of the same namespace', () => {
    const endpoint = settings('OTEL_EXPORTER_OTLP_ENDPOINT: http://x');
    expect(outcomes(inject(endpoint + fromMap))).toEqual(['app user-endpoint']);
    const elsewhere = inject(settings('OTEL_EXPORTER_OTLP_ENDPOINT: http://x', ', namespace: shop') + fromMap);
    expect(elsewhere.workloads[0]?.decision.containers[0]).toMatchObject({
      choice: { unseen: ['ConfigMap otel (not read)'] },
    });
    expect(inject(settings('OTEL_EXPORTER_OTLP_PROTOCOL: grpc') + fromMap).text).toContain('svc:4317');
  });

  it('takes all sources for one input', () => {
    const { workloads } = injectManifests(
      [
        { name: 'a.yaml', text: inShop },
        { name: 'b.yaml', text: namespace('') },
      ],
      options,
    );
    expect(workloads[0]).toMatchObject({ source: 'a.yaml', decision: { skipped: 'namespace-not-enabled' } });
  });
});

describe('injecting again', () => {
  it('changes nothing', () => {
    const once = inject(plain).text;
    expect(inject(once)).toMatchObject({ text: once, workloads: [{ operations: [] }] });
  });

  it.each([plain, `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"app"}]}}`])(
    'adds what other settings ask for, and uninject finds all of it: %j',
    (given) => {
      const other = {
        settings: { ...options.settings, identity: 'always' as const },
        stamp: { version: '1.2.3', config: 'deadbeef' },
      };
      const { text } = inject(inject(given).text, other);
      expect(text).toContain('OTEL_RESOURCE_ATTRIBUTES');
      expect(text.match(/deadbeef/g)).toHaveLength(1);
      expect(text).not.toContain(options.stamp.config);
      expect(uninject(text, other).text).toBe(given);
    },
  );
});
