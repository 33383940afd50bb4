import { describe, expect, it } from 'vitest';
import type { EnvVar } from '../../src/inject/pod.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { valueAt } from '../../src/manifest/value-at.ts';
import { options } from './options.ts';
import { inject, plain, pod, uninject } from './rewrite.ts';

describe('uninjecting', () => {
  it('keeps and names what is not as inject wrote it', () => {
    const changed = inject(plain).text.replace('value: "8192"', 'value: "9999"');
    const { text, workloads } = uninject(changed);
    expect(text).toBe(`${plain}    env:\n    - name: OTEL_BSP_MAX_QUEUE_SIZE\n      value: "9999"\n`);
    expect(workloads[0]?.removal.containers[0]).toMatchObject({ kept: ['OTEL_BSP_MAX_QUEUE_SIZE'] });
  });

  it('keeps what was added later, and comments', () => {
    const later = '    # mine\n    - name: MINE\n      value: a\n';
    expect(uninject(inject(plain).text + later).text).toBe(`${plain}    env:\n${later}`);
  });

  it('keeps all variables when another endpoint is configured', () => {
    const endpoint = { ...options.settings.endpoint, namespace: 'elsewhere' };
    const { workloads } = uninject(inject(plain).text, { settings: { ...options.settings, endpoint } });
    expect(workloads[0]?.removal.containers[0]?.kept).toEqual(['OTEL_EXPORTER_OTLP_ENDPOINT']);
  });

  it('says why it cannot tell what is ours', () => {
    const exclude = { containers: ['app'], images: [] };
    const { text, workloads } = uninject(inject(plain).text, { settings: { ...options.settings, exclude } });
    expect(workloads[0]?.removal.containers[0]).toMatchObject({
      problem: 'its name is on the list exclude.containers',
      remove: [],
    });
    expect(text).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
    // A second try, with the right settings, has to know what is injected.
    expect(uninject(text).text).toBe(plain);
  });

  it('is not misled by variables of the user under names of our helpers', () => {
    const variables =
      '    env:\n    - {name: NODELOCAL_OTLP_POD_UID, value: ""}\n    - {name: OTEL_EXPORTER_OTLP_PROTOCOL, value: grpc}\n';
    const before = pod(`  containers:\n  - name: app\n${variables}`);
    const { text } = inject(before);
    expect(text).toContain(':4317');
    expect(uninject(text).text).toBe(before);
  });

  it('does so for pods that opted out since', () => {
    const metadata = 'metadata:\n  name: p\n  labels: {nodelocal-otlp.dev/inject: "disabled"}';
    const before = pod('  containers:\n  - name: app\n', metadata.replace('"disabled"', '"soon"'));
    const { text } = inject(before);
    expect(uninject(text.replace('"soon"', '"disabled"')).text).toBe(before.replace('"soon"', '"disabled"'));
  });

  it('takes keys out that kubectl has sorted to the front', () => {
    const value = readStream({ name: 'x', text: inject(plain).text }).documents[0]?.value;
    const env = valueAt(value, ['spec', 'containers', 0, 'env']) as EnvVar[];
    const annotation = String(valueAt(value, ['metadata', 'annotations', 'nodelocal-otlp.dev/injected']));
    const sorted = [
      'apiVersion: v1',
      'kind: Pod',
      'metadata:',
      '  annotations:',
      `    nodelocal-otlp.dev/injected: '${annotation}'`,
      '  name: p',
      'spec:',
      '  containers:',
      '  - env:',
      ...env.flatMap((entry) => [`    - name: ${entry.name}`, `      value: "${entry.value}"`]),
      '    name: app\n',
    ];
    expect(uninject(sorted.join('\n')).text).toBe(plain);
  });

  it('gives patches from the last entry to the first', () => {
    const given = pod(
      '  containers:\n  - name: app\n    env: [{name: MINE, value: a}]\n',
      'metadata: {annotations: {a: b}}',
    );
    const paths = uninject(inject(given).text).workloads[0]?.operations.map(({ path }) => path) ?? [];
    expect(paths[0]).toMatch(/^\/spec\/containers\/0\/env\/\d+$/);
    expect(paths.at(-2)).toBe('/spec/containers/0/env/1');
    expect(paths.at(-1)).toBe('/metadata/annotations/nodelocal-otlp.dev~1injected');
  });

  it('leaves alone what was never injected', () => {
    const given = pod(
      '  containers:\n  - name: app\n    env: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: http://x}]\n',
    );
    expect(uninject(given)).toEqual({ text: given, workloads: [] });
  });
});
