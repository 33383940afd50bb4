import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import { annotationStamp, injectedContainers, renderAnnotation } from '../../src/inject/annotation.ts';
import { endpointFor, resolvesClusterNames } from '../../src/inject/endpoint.ts';
import { configMapsOf, resolveEnvironment } from '../../src/inject/environment.ts';
import { readOverrides } from '../../src/inject/overrides.ts';
import { matchesAny, matchesImage } from '../../src/inject/patterns.ts';
import { noProxyCovers } from '../../src/inject/proxy.ts';
import { parseQuantity } from '../../src/inject/quantity.ts';
import { misfit } from '../../src/inject/shape.ts';
import { managedByArguments } from '../../src/inject/user-managed.ts';

const service = 'telemetry-otlp.nodelocal-otlp.svc';

describe('NO_PROXY', () => {
  it.each([
    { list: '*', host: service, want: true },
    { list: service, host: service, want: true },
    { list: 'TELEMETRY-OTLP.nodelocal-otlp.svc', host: service, want: true },
    { list: 'localhost, .svc', host: service, want: true },
    { list: 'svc', host: service, want: true },
    { list: '*.svc', host: service, want: true },
    { list: `${service}:4318`, host: service, want: true },
    { list: `${service}:4317`, host: service, want: false },
    { list: '.svc.cluster.local,.cluster.local', host: service, want: false },
    { list: 'vc', host: service, want: false },
    { list: '', host: service, want: false },
    { list: '.', host: service, want: false },
    { list: '10.0.0.0/8', host: '10.96.0.40', want: true },
    { list: '10.0.0.0/33', host: '10.96.0.40', want: false },
    { list: '10.97.0.0/16', host: '10.96.0.40', want: false },
    { list: '10.96.0.40:4318', host: '10.96.0.40', want: true },
    { list: 'fd00::/8', host: '[fd00::28]', want: true },
    { list: '[fd00:0::28]:4318', host: '[fd00::28]', want: true },
    { list: 'fd00::29', host: '[fd00::28]', want: false },
    { list: '10.0.0.0/8', host: '[fd00::28]', want: false },
    { list: '10.0.0.0/8', host: '$(NODELOCAL_OTLP_HOST_IP)', want: false },
  ])('"$list" covers $host: $want', ({ list, host, want }) => expect(noProxyCovers(list, host, 4318)).toBe(want));
});

describe('patterns', () => {
  it.each([
    { pattern: 'istio-proxy', subject: 'istio-proxy', want: true },
    { pattern: 'istio-proxy', subject: 'my-istio-proxy', want: false },
    { pattern: 'a.c', subject: 'abc', want: false },
    { pattern: 'a?c', subject: 'abc', want: true },
    { pattern: '*', subject: 'x'.repeat(513), want: false },
    { pattern: 'a+(b)', subject: 'a+(b)', want: true },
  ])('$pattern matches $subject: $want', ({ pattern, subject, want }) =>
    expect(matchesAny([pattern], subject)).toBe(want),
  );

  it.each([
    { image: 'docker:27-dind', want: true },
    { image: 'docker.io/library/docker:27-dind', want: true },
    { image: 'localhost:5000/docker:dind', want: true },
    { image: 'mirror/docker:dind', want: false },
  ])('docker:*dind* matches the image $image: $want', ({ image, want }) =>
    expect(matchesImage(['docker:*dind*'], image)).toBe(want),
  );

  it('excludes the usual mesh proxies and builders by default', () => {
    const images = [
      'docker.io/istio/proxyv2:1.27.1',
      'cr.l5d.io/linkerd/proxy:edge-26.8.1',
      'moby/buildkit:v0.19',
      'docker:dind',
    ];
    for (const image of images) expect(matchesImage(defaultSettings.exclude.images, image), image).toBe(true);
    for (const image of ['envoyproxy/envoy:v1.31', 'node:24', 'haproxy:3']) {
      expect(matchesImage(defaultSettings.exclude.images, image), image).toBe(false);
    }
  });
});

describe('an endpoint in arguments', () => {
  const reasonFor = (argument: string) => {
    const container = { name: 'app', args: [argument] };
    return managedByArguments(
      container,
      resolveEnvironment(container, () => undefined),
    )?.reason;
  };
  it.each([
    { argument: '--otlp-endpoint=collector:4317', want: 'endpoint-in-arguments' },
    { argument: '--otlp-endpoint', want: 'endpoint-in-arguments' },
    { argument: '--exporter_otlp_endpoint', want: 'endpoint-in-arguments' },
    { argument: '--otel.exporter.otlp.traces.endpoint=x', want: 'endpoint-in-arguments' },
    { argument: 'export OTEL_EXPORTER_OTLP_ENDPOINT=http://x; ./app', want: 'endpoint-in-arguments' },
    { argument: '-Dmanagement.otlp.tracing.endpoint=http://x', want: 'endpoint-in-arguments' },
    { argument: '-Dotel.exporter.otlp.protocol=grpc', want: 'endpoint-in-arguments' },
    { argument: '-Dotel.javaagent.configuration-file=/x', want: 'config-file-in-arguments' },
    { argument: 'OTEL_CONFIG_FILE=/x ./app', want: 'config-file-in-arguments' },
    { argument: 'echo $OTEL_EXPORTER_OTLP_ENDPOINT', want: undefined },
    { argument: 'echo ${OTEL_EXPORTER_OTLP_ENDPOINT}', want: undefined },
    { argument: '--endpoint=x', want: undefined },
    { argument: '--otlp=true', want: undefined },
    { argument: 'otlp'.repeat(200_000), want: undefined },
  ])('$argument', ({ argument, want }) => expect(reasonFor(argument)).toBe(want));
});

describe('environment', () => {
  const configMaps: Record<string, Record<string, string> | null> = {
    a: { OTEL_X: '1', Y: '2' },
    b: { OTEL_X: '3' },
    gone: null,
  };
  const resolve = (container: object) => resolveEnvironment({ name: 'app', ...container }, (name) => configMaps[name]);

  it('lets a later source win, and env over all', () => {
    const { settings } = resolve({
      envFrom: [{ configMapRef: { name: 'a' } }, { configMapRef: { name: 'b' } }],
      env: [
        { name: 'Y', value: '4' },
        { name: 'Y', value: '5' },
      ],
    });
    expect(settings.get('OTEL_X')).toEqual({ kind: 'literal', value: '3', from: 'ConfigMap b' });
    expect(settings.get('Y')).toEqual({ kind: 'literal', value: '5', from: 'env' });
  });

  it('names what it could not see', () => {
    const { unseen } = resolve({
      envFrom: [
        { secretRef: { name: 's' } },
        { configMapRef: { name: 'unread' } },
        { configMapRef: { name: 'gone' } },
        { configMapRef: { name: 'gone', optional: true } },
        { prefix: 'DB_', secretRef: { name: 'harmless' } },
      ],
    });
    expect(unseen).toEqual(['Secret s', 'ConfigMap unread (not read)', 'ConfigMap gone (not found)']);
  });

  it.each([
    { value: '$(A)', kind: 'opaque' },
    { value: 'x$(A)', kind: 'opaque' },
    { value: '$$(A)', kind: 'literal' },
    { value: '$$$(A)', kind: 'opaque' },
    { value: '$A', kind: 'literal' },
  ])('takes $value for $kind', ({ value, kind }) =>
    expect(resolve({ env: [{ name: 'V', value }] }).settings.get('V')?.kind).toBe(kind),
  );

  it('asks only for ConfigMaps that can hold OTEL_ names', () => {
    const envFrom = ['', 'O', 'OTEL_', 'OTEL_EXPORTER_', 'OTTER', 'DB_'].map((prefix) => ({
      prefix,
      configMapRef: { name: `cm-${prefix}` },
    }));
    expect(configMapsOf({ name: 'app', envFrom })).toEqual(['cm-', 'cm-O', 'cm-OTEL_', 'cm-OTEL_EXPORTER_']);
  });
});

describe('endpoint', () => {
  it.each([
    { spec: {}, want: true },
    { spec: { hostNetwork: true }, want: false },
    { spec: { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }, want: true },
    { spec: { dnsPolicy: 'Default' }, want: false },
    { spec: { dnsPolicy: 'None' }, want: false },
  ])('$spec resolves cluster names: $want', ({ spec, want }) => expect(resolvesClusterNames(spec)).toBe(want));

  it.each([
    { mode: 'service', ips: [], want: `http://${service}:4318` },
    { mode: 'cluster-ip', ips: ['10.96.0.40'], want: 'http://10.96.0.40:4318' },
    { mode: 'cluster-ip', ips: ['fd00::28'], want: 'http://[fd00::28]:4318' },
    { mode: 'cluster-ip', ips: ['None'], want: undefined },
    { mode: 'host-ip', ips: [], want: 'http://$(NODELOCAL_OTLP_HOST_IP):4318' },
    { mode: 'host-ip', ips: ['fd00::28'], want: 'http://[$(NODELOCAL_OTLP_HOST_IP)]:4318' },
  ] as const)('$mode with $ips is $want', ({ mode, ips, want }) =>
    expect(endpointFor(mode, 'http/protobuf', defaultSettings.endpoint, ips)?.url).toBe(want),
  );
});

describe('overrides', () => {
  it('takes the pod before the namespace', () => {
    const overrides = readOverrides(
      { 'nodelocal-otlp.dev/protocol': 'grpc' },
      { 'nodelocal-otlp.dev/protocol': 'http/protobuf' },
    );
    expect(overrides.protocol).toEqual({ value: 'grpc', from: 'pod' });
  });
  it('warns of what it cannot obey, and goes on to the namespace', () => {
    const overrides = readOverrides(
      { 'nodelocal-otlp.dev/endpoint': 'http://evil' },
      { 'nodelocal-otlp.dev/endpoint': 'host-ip' },
    );
    expect(overrides.endpoint).toEqual({ value: 'host-ip', from: 'namespace' });
    expect(overrides.warnings).toEqual([
      'pod annotation nodelocal-otlp.dev/endpoint: got "http://evil", expected service, cluster-ip or host-ip',
    ]);
  });
});

describe('the annotation', () => {
  const stamp = { version: '1', config: 'abc' };
  it('names its containers again, hostile ones too', () => {
    const text = renderAnnotation(stamp, [
      { name: '__proto__', protocol: 'grpc', endpoint: 'service' },
      { name: 'b', skipped: 'user-endpoint' },
    ]);
    expect([...injectedContainers(text)]).toEqual(['__proto__']);
    expect(annotationStamp(text)).toEqual(stamp);
  });
  it.each([
    '',
    '{',
    '[]',
    '"x"',
    'null',
    '{"containers":{"a":{"protocol":"grpc"}}}',
    '{"version":"1","containers":[]}',
  ])('lists nothing in somebody else’s text %s', (text) => expect(injectedContainers(text).size).toBe(0));
});

describe('quantities', () => {
  it.each([
    { text: '128Mi', want: 134_217_728 },
    { text: '1G', want: 1e9 },
    { text: '1e3', want: 1000 },
    { text: '500m', want: 0.5 },
    { text: 7, want: 7 },
    { text: '1 Gi', want: undefined },
    { text: '', want: undefined },
  ])('$text is $want', ({ text, want }) => expect(parseQuantity(text)).toBe(want));
});

describe('a misfit is named by its path', () => {
  it.each([
    { pod: null, want: ': expected an object, got null' },
    { pod: {}, want: '.spec: expected an object, got undefined' },
    {
      pod: { spec: { containers: [{ name: 'a' }, { name: 1 }] } },
      want: '.spec.containers[1].name: expected string, got number',
    },
    {
      pod: { metadata: { labels: { 'a/b': 1 } }, spec: {} },
      want: '.metadata.labels["a/b"]: expected string, got number',
    },
    {
      pod: { spec: { initContainers: [{ name: 'a', env: [{}] }] } },
      want: '.spec.initContainers[0].env[0].name: expected string, got undefined',
    },
  ])('$want', ({ pod, want }) => expect(misfit(pod)).toBe(want));
});
