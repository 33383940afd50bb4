import * as fc from 'fast-check';
import type { PodFacts } from '../../src/inject/decide.ts';
import type { Container, EnvVar, Pod } from '../../src/inject/pod.ts';

/** Names that some rule looks at, and a few that none does. */
const envNames = [
  'PATH',
  'PORT',
  'NODE_IP',
  '__proto__',
  'constructor',
  'toString',
  'OTEL_SERVICE_NAME',
  'OTEL_SDK_DISABLED',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BSP_EXPORT_TIMEOUT',
  'OTEL_BLRP_EXPORT_TIMEOUT',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_CONFIG_FILE',
  'OTEL_CPP_EXPORTER_OTLP_RETRY_MAX_ATTEMPTS',
  'HTTP_PROXY',
  'NO_PROXY',
  'NODELOCAL_OTLP_HOST_IP',
  'NODELOCAL_OTLP_POD_UID',
  'JAVA_TOOL_OPTIONS',
  'NODE_OPTIONS',
  'CORECLR_PROFILER',
]; // prettier-ignore

const envValues = [
  '',
  'true',
  'grpc',
  'http/protobuf',
  'http/json',
  '100',
  '65000',
  '20000',
  '-javaagent:/otel.jar',
  '--require ./otel.js',
  'http://telemetry-otlp.nodelocal-otlp.svc:4318',
  'http://elsewhere:4317',
  '*',
  '.svc',
  '$(PORT)',
  '$$(PORT)',
  'a=b',
]; // prettier-ignore

const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...envNames) }, fc.string());
const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...envValues) }, fc.string());

const envVar: fc.Arbitrary<EnvVar> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ name, value }) },
  { weight: 1, arbitrary: fc.record({ name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      name,
      valueFrom: fc.constant({ fieldRef: { apiVersion: 'v1', fieldPath: 'status.hostIP' } }),
    }),
  },
);

const containerNames = ['app', 'worker', 'istio-proxy', '__proto__', 'constructor', '$(PORT)', 'ünïcode'];
const images = [
  'node:24',
  'python:3.12',
  'eclipse-temurin:21',
  'golang:1.26',
  'moby/buildkit:latest',
  'registry.example.com/shop/orders:1',
]; // prettier-ignore
const commands = [
  ['java', '-jar', '/app.jar'],
  ['gunicorn', 'app'],
  ['node', 'x.js'],
  ['sh', '-c', 'node x'],
  ['/orders'],
];

const container: fc.Arbitrary<Container> = fc.record(
  {
    name: fc.oneof(fc.constantFrom(...containerNames), fc.string()),
    image: fc.oneof(fc.constantFrom(...images), fc.string()),
    command: fc.constantFrom(...commands),
    args: fc.array(fc.oneof(fc.string(), fc.constant('--otlp-endpoint=x')), { maxLength: 2 }),
    env: fc.oneof(fc.array(envVar, { maxLength: 12 }), fc.constant(null)),
    envFrom: fc.array(
      fc.record(
        {
          prefix: fc.constantFrom('', 'OTEL_', 'OT', 'DB_'),
          configMapRef: fc.record({ name: fc.constantFrom('seen', 'gone', 'unread'), optional: fc.boolean() }),
          secretRef: fc.record({ name: fc.constant('keys') }),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
    resources: fc.record({ limits: fc.record({ memory: fc.constantFrom('64Mi', '1Gi', 'x') }) }),
    restartPolicy: fc.constantFrom('Always', 'Never'),
  },
  { requiredKeys: ['name'] },
);

const annotations = fc.dictionary(
  fc.constantFrom(
    'nodelocal-otlp.dev/protocol',
    'nodelocal-otlp.dev/language',
    'nodelocal-otlp.dev/endpoint',
    'nodelocal-otlp.dev/containers',
    'nodelocal-otlp.dev/exclude-containers',
    'nodelocal-otlp.dev/injected',
    'nodelocal-otlp.dev/env-from-unseen',
    'instrumentation.opentelemetry.io/inject-java',
    'example.com/other',
    '__proto__',
  ), // prettier-ignore
  fc.oneof(
    fc.constantFrom(
      'grpc',
      'http/protobuf',
      'java',
      'python',
      'nodejs',
      'go',
      'app=cpp,worker=ruby',
      'host-ip',
      'cluster-ip',
      'app',
      'skip',
      'true',
      '{"version":"0.1.0","config":"x","containers":{"app":{"protocol":"grpc"},"__proto__":{"protocol":"grpc"}}}',
    ),
    fc.string(),
  ), // prettier-ignore
);

/** Pods of the right shape, with hostile content. */
export const arbitraryPod: fc.Arbitrary<Pod> = fc.record(
  {
    metadata: fc.record(
      { name: fc.string(), annotations, labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }) },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        containers: fc.array(container, { maxLength: 4 }),
        initContainers: fc.array(container, { maxLength: 2 }),
        hostNetwork: fc.boolean(),
        dnsPolicy: fc.constantFrom('ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'),
        restartPolicy: fc.constantFrom('Always', 'Never', 'OnFailure'),
        terminationGracePeriodSeconds: fc.constantFrom(0, 30, Number.MAX_SAFE_INTEGER),
      },
      { requiredKeys: ['containers'] },
    ),
  },
  { requiredKeys: ['spec'] },
);

export const arbitraryFacts: fc.Arbitrary<PodFacts> = fc.record({
  namespaceAnnotations: fc.oneof(fc.constant({}), annotations),
  clusterIPs: fc.constantFrom([], ['10.96.0.40'], ['fd00::28', '10.96.0.40']),
  configMap: fc.constant((asked: string) =>
    asked === 'seen'
      ? { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', EXPORTER_OTLP_TIMEOUT: '5' }
      : asked === 'gone'
        ? null
        : undefined,
  ),
});
