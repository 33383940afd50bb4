import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import { decidePod, type PodDecision } from '../../src/inject/decide.ts';
import { buildPatch, checkPatch } from '../../src/inject/patch.ts';
import type { Container, EnvVar, Pod } from '../../src/inject/pod.ts';
import { measurements } from '../../src/retry/matrix.ts';

const stamp = { version: '1.0.0', config: '0123abcd' };
const facts = { namespaceAnnotations: {}, clusterIPs: ['10.96.0.40'], configMap: () => undefined };
const decide = (pod: Pod): PodDecision => decidePod(pod, facts, defaultSettings, stamp);
const app = (container: Partial<Container> = {}): Container => ({ name: 'app', ...container });
const notesOf = (container: Container): string[] =>
  decide({ spec: { containers: [container] } }).containers.flatMap((decided) =>
    decided.outcome === 'skipped' ? [] : decided.outlook(measurements).notes.map(({ text }) => text),
  );

describe('a pod that would be refused or would cost too much', () => {
  const full = (bytes: number, spec: Pod['spec'] = { containers: [app()] }): Pod => ({
    metadata: { annotations: { 'example.com/large': 'é'.repeat(bytes / 2) } },
    spec,
  });

  it('is left alone where its annotations have no room for ours', () => {
    const pod = full(256 * 1024 - 50);
    expect(decide(pod)).toMatchObject({ skipped: 'annotations-full', containers: [] });
    expect(buildPatch(pod, decide(pod))).toEqual([]);
    expect(decide(full(256 * 1024 - 500)).skipped).toBeUndefined();
  });

  it('keeps the reason it is skipped for anyway, without an annotation', () => {
    const decision = decide(full(256 * 1024 - 50, { containers: [app()], os: { name: 'windows' } }));
    expect(decision).toEqual({ skipped: 'windows-pod', containers: [], warnings: [] });
  });

  it('is left alone with more than a thousand containers', () => {
    const pod = (count: number): Pod => ({
      spec: { containers: Array.from({ length: count }, (_, i) => app({ name: `c${i}` })), initContainers: [app()] },
    });
    expect(decide(pod(1000)).skipped).toBe('too-many-containers');
    expect(decide(pod(999)).skipped).toBeUndefined();
  });
});

describe('a container that manages OTLP itself', () => {
  const env = (name: string, value: string) => app({ env: [{ name, value }] });
  it.each([
    {
      container: env('JAVA_TOOL_OPTIONS', '$(BASE) -Dotel.exporter.otlp.endpoint=http://x:4317'),
      want: 'endpoint-in-arguments',
    },
    {
      container: env('JAVA_TOOL_OPTIONS', '$(BASE) -Dotel.javaagent.configuration-file=/x'),
      want: 'config-file-in-arguments',
    },
    { container: env('OTEL_JAVAAGENT_CONFIGURATION_FILE', '/etc/otel.properties'), want: 'config-file' },
    {
      container: app({ command: ['sh', '-c', 'OTEL_JAVAAGENT_CONFIGURATION_FILE=/x exec java'] }),
      want: 'config-file-in-arguments',
    },
    {
      container: app({ command: ['sh', '-c', 'export OTEL_EXPORTER_OTLP_PROTOCOL=grpc; exec app'] }),
      want: 'endpoint-in-arguments',
    },
    { container: app({ args: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS=a=b exec app'] }), want: 'endpoint-in-arguments' },
  ])('is skipped as $want', ({ container, want }) => {
    expect(decide({ spec: { containers: [container] } }).containers).toMatchObject([
      { outcome: 'skipped', reason: want },
    ]);
  });

  it.each([
    { container: app({ args: ['$OTEL_EXPORTER_OTLP_PROTOCOL', '${OTEL_EXPORTER_OTLP_HEADERS}'] }) },
    { container: env('JAVA_TOOL_OPTIONS', '$(BASE) -Dotel.service.name=shop') },
  ])('is not one that only uses what is there', ({ container }) => {
    expect(decide({ spec: { containers: [container] } }).containers).toMatchObject([{ outcome: 'injected' }]);
  });
});

describe('a container that changes between two calls', () => {
  it('gets what its language needs now, once', () => {
    const pod: Pod = { metadata: {}, spec: { containers: [app()] } };
    const patched = () => {
      const operations = buildPatch(pod, decide(pod));
      checkPatch(pod, operations, decide(pod));
      return operations.flatMap(({ path, value }) => (path.endsWith('/env/-') ? [(value as EnvVar).name] : []));
    };
    patched();
    pod.spec.containers?.[0]?.env?.push({ name: 'JAVA_TOOL_OPTIONS', value: '-javaagent:/otel.jar' });
    expect(patched()).toEqual(['OTEL_EXPORTER_OTLP_TIMEOUT']);
    expect(patched()).toEqual([]);
    expect(buildPatch(pod, decide(pod))).toEqual([]);
  });
});

describe('notes', () => {
  it('do not take the name of a method for a value of a switch', () => {
    const retry = { name: 'OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY', value: 'constructor' };
    const { containers } = decide({ spec: { containers: [app({ command: ['dotnet'], env: [retry] })] } });
    const [container] = containers;
    expect(container?.outcome === 'injected' && container.outlook(measurements).survival.refused).toEqual({
      evidence: 'unknown',
    });
  });

  it('name the evidence of this container, not of another like it', () => {
    expect(notesOf(app({ image: 'python:3.12' })).join()).toContain('image python');
    const variable = { name: 'JAVA_TOOL_OPTIONS', value: '-Xmx1g' };
    expect(notesOf(app({ image: 'python:3.12', env: [variable] })).join()).toContain('variable JAVA_TOOL_OPTIONS');
  });
});

describe('hostile input', () => {
  const timed = (pod: Pod): { ms: number; decision: PodDecision } => {
    const start = performance.now();
    const decision = decide(pod);
    return { ms: performance.now() - start, decision };
  };

  it('never throws for a name that is no text', () => {
    const pod = { spec: { hostNetwork: true, containers: [app({ name: '\ud800' })] } };
    expect(decide(pod).containers).toMatchObject([{ outcome: 'injected' }]);
  });

  // Each took half a minute, or more memory than the webhook has; the bounds leave room for a slow machine.
  it('decides about many timeouts without working out what each survives', () => {
    const containers = Array.from({ length: 500 }, (_, i) =>
      app({
        name: `c${i}`,
        command: ['dotnet'],
        env: [{ name: 'OTEL_EXPORTER_OTLP_TIMEOUT', value: String(80_000_000 + i) }],
      }),
    );
    expect(timed({ spec: { containers } }).ms).toBeLessThan(2000);
  });

  it('reads a command of a hundred thousand inits', () => {
    const { ms, decision } = timed({ spec: { containers: [app({ command: Array<string>(100_000).fill('env') })] } });
    expect(decision.containers).toMatchObject([{ outcome: 'injected' }]);
    expect(ms).toBeLessThan(2000);
  });

  it('says only the first of very many problems with an annotation', () => {
    const annotations = { 'nodelocal-otlp.dev/language': 'x,'.repeat(100_000) };
    expect(decide({ metadata: { annotations }, spec: { containers: [app()] } }).warnings.length).toBeLessThan(100);
  });
});

describe('a container that an annotation lists as injected', () => {
  const listed = (container: Partial<Container>, spec: object = {}): Pod => ({
    metadata: {
      annotations: {
        'nodelocal-otlp.dev/injected': '{"version":"0","config":"x","containers":{"app":{"protocol":"grpc"}}}',
      },
    },
    spec: { containers: [app({ env: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: '' }], ...container })], ...spec },
  });
  it.each([
    ['no address is known', listed({}, { dnsPolicy: 'Default' })],
    ['its arguments name an endpoint', listed({ args: ['--otlp-endpoint=http://a:4317'] })],
    [
      'it has a proxy',
      listed({
        env: [
          { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: '' },
          { name: 'HTTP_PROXY', value: 'http://proxy:3128' },
        ],
      }),
    ],
  ])('is its user’s when it would not be injected: %s', (_, pod) => {
    const [container] = decidePod(pod, { ...facts, clusterIPs: [] }, defaultSettings, stamp).containers;
    expect(container).toMatchObject({ outcome: 'skipped', reason: 'user-endpoint' });
  });
});
