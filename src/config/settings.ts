import { type Nested, nest, type SettingRow } from './shape.ts';
import { bytes, duration, integer, ipAddresses, list, oneOf, text } from './types.ts';

const port = integer(1, 65535, 'port');
const listenPort = integer(0, 65535, 'port');
const queueSize = integer(2048, 131072);
const patterns = list(
  'patterns',
  '^[^\\s,]+$',
  'patterns without spaces and commas, where * is any text and ? one character',
);
const filePath = text('file', '^.*$', 'a path on one line');
// RFC 1035 for a Service, RFC 1123 for a Namespace: only the latter may begin with a digit.
const serviceName = text('name', '^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$', 'the name of a Service');
const namespaceName = text('name', '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$', 'the name of a Namespace');

/**
 * Every setting, in the order of the docs: the file's keys, flags, environment variables, JSON Schema and docs
 * come from this list. To add one: a row here, its use, `npm run docs`.
 *
 * No key may begin with `webhook`. Its environment variable would begin with NODELOCAL_OTLP_WEBHOOK_, and the
 * kubelet sets variables of such names in our own namespace for the Service nodelocal-otlp-webhook
 * (NODELOCAL_OTLP_WEBHOOK_PORT=tcp://…). What is about the webhook's server is under `server`.
 */
const table = [
  {
    key: 'endpoint.service',
    type: serviceName,
    default: 'telemetry-otlp',
    affectsInjection: true,
    description: 'Name of the Service that all apps send to.',
  },
  {
    key: 'endpoint.namespace',
    type: namespaceName,
    default: 'nodelocal-otlp',
    affectsInjection: true,
    description: 'Namespace of that Service.',
  },
  {
    key: 'endpoint.mode',
    type: oneOf('service', 'cluster-ip', 'host-ip'),
    default: 'service',
    affectsInjection: true,
    description:
      "How apps address the agent: by the Service's name, by its ClusterIP, or by the IP of their node. Pods that cannot resolve cluster names get the ClusterIP even with `service`; `host-ip` needs a hostPort on the agent, which rules out rollouts without a gap.",
  },
  {
    key: 'endpoint.clusterIPs',
    type: ipAddresses(),
    default: [],
    affectsInjection: true,
    description:
      "The Service's ClusterIPs, for use without a cluster to ask. Where the webhook runs in a cluster it reads them from the Service.",
  },
  {
    key: 'endpoint.grpcPort',
    type: port,
    default: 4317,
    affectsInjection: true,
    description: 'Port of the Service for OTLP over gRPC.',
  },
  {
    key: 'endpoint.httpPort',
    type: port,
    default: 4318,
    affectsInjection: true,
    description: 'Port of the Service for OTLP over HTTP.',
  },
  {
    key: 'protocol',
    type: oneOf('http/protobuf', 'grpc'),
    default: 'http/protobuf',
    affectsInjection: true,
    description:
      'Protocol of containers that do not choose one themselves. HTTP recovers sooner than gRPC behind a Service that drops packets, and Node.js never retries over gRPC.',
  },
  {
    key: 'identity',
    type: oneOf('auto', 'always', 'never'),
    default: 'auto',
    affectsInjection: true,
    description:
      "When to set OTEL_RESOURCE_ATTRIBUTES with the pod's name, uid, namespace, node and container. `auto` does so only where the agent cannot tell the pod by the IP of its connection (hostNetwork).",
  },
  {
    key: 'envFrom.unseen',
    type: oneOf('inject', 'skip'),
    default: 'inject',
    affectsInjection: true,
    description:
      'What to do with a container whose `envFrom` could not be seen: a Secret, or a ConfigMap without permission or not read in time. `inject` may override an OTLP endpoint that is set there, as `env` beats `envFrom`.',
  },
  {
    key: 'envFrom.timeout',
    type: duration('10ms', '1500ms'),
    default: '500ms',
    affectsInjection: false,
    description: 'How long one review waits for the ConfigMaps of `envFrom`. After that they count as unseen.',
  },
  {
    key: 'envFrom.cache',
    type: duration('0s', '10m'),
    default: '30s',
    affectsInjection: false,
    description: 'How long a ConfigMap that was read is used again, so that a rollout of many pods reads it once.',
  },
  {
    // Names that a mesh or a build tool gives its own containers. The proxies take their telemetry settings from the
    // mesh; a builder passes OTLP variables on to what it builds and stalls when the endpoint does not answer.
    key: 'exclude.containers',
    type: patterns,
    default: [
      'istio-proxy',
      'istio-init',
      'istio-validation',
      'linkerd-proxy',
      'linkerd-init',
      'linkerd-network-validator',
      'kuma-sidecar',
      'kuma-init',
      'consul-dataplane',
      'consul-connect-inject-init',
      'buildkitd',
      'dind',
    ],
    affectsInjection: true,
    description:
      'Names of containers to leave alone, as patterns for the whole name. By default mesh proxies, which their mesh configures, and image builders, which pass OTLP variables on to the builds.',
  },
  {
    // `*/` covers mirrors of these images in other registries and folders.
    key: 'exclude.images',
    type: patterns,
    default: [
      '*/proxyv2*',
      'linkerd/proxy*',
      '*/linkerd/proxy*',
      'moby/buildkit*',
      '*/moby/buildkit*',
      'docker:*dind*',
      '*/docker:*dind*',
    ],
    affectsInjection: true,
    description:
      "Images to leave alone, as patterns for the whole reference, compared with and without the registry's host (`docker.io/library/docker:dind` is also `docker:dind`). By default the same tools as above, whatever their container is called.",
  },
  {
    key: 'retry.survive',
    type: duration('1s', '5m'),
    default: '30s',
    affectsInjection: true,
    description:
      'How long an outage of the agent each SDK should survive; its retry settings are computed from this. A longer time also lets a flush at exit take longer. Above 5m the queue is full first: 8192 entries last 5m at 27 a second.',
  },
  {
    key: 'retry.queueSize',
    type: queueSize,
    default: 8192,
    affectsInjection: true,
    description:
      "Spans and log records that an SDK keeps while the agent is away. 8192 are 8 to 16 MB when full, and four times the SDKs' own default.",
  },
  {
    key: 'retry.smallQueueSize',
    type: queueSize,
    default: 2048,
    affectsInjection: true,
    description:
      "The same for containers with little memory. 2048 is the SDKs' own default; some SDKs refuse a queue that is smaller than a batch.",
  },
  {
    key: 'retry.smallMemory',
    type: bytes('1Mi', '64Gi'),
    default: '256Mi',
    affectsInjection: true,
    description: 'Containers with a memory limit below this get the small queue.',
  },
  {
    key: 'server.port',
    type: listenPort,
    default: 8443,
    affectsInjection: false,
    description: 'Port of the webhook (HTTPS); 0 takes any free one.',
    flag: 'port',
  },
  {
    key: 'server.metricsPort',
    type: listenPort,
    default: 8080,
    affectsInjection: false,
    description: 'Port of metrics and health (HTTP); 0 takes any free one.',
    flag: 'metrics-port',
  },
  {
    key: 'server.requestTimeout',
    type: duration('50ms', '1900ms'),
    default: '1500ms',
    affectsInjection: false,
    description:
      'After this time a review is answered without a patch. It stays below the 2s after which the API server stops waiting (`timeoutSeconds: 2`).',
  },
  {
    // The API server accepts pods of up to 3 MiB and escapes <, > and & sixfold in the review: 18.6 MB at most.
    key: 'server.maxReviewSize',
    type: bytes('1Mi', '64Mi'),
    default: '20Mi',
    affectsInjection: false,
    description: 'Largest review that is read. The API server can make one of 18.6 MB from the largest pod it accepts.',
  },
  {
    key: 'server.maxBufferedSize',
    type: bytes('1Mi', '1Gi'),
    default: '64Mi',
    affectsInjection: false,
    description: 'Largest sum of the reviews being read at one time, which bounds the memory of the webhook.',
  },
  {
    key: 'server.drain',
    type: duration('0s', '60s'),
    default: '15s',
    affectsInjection: false,
    description:
      'How long the webhook keeps answering after SIGTERM, until every API server has learnt that it is going away.',
  },
  {
    key: 'server.keepAlive',
    type: duration('91s', '60m'),
    default: '120s',
    affectsInjection: false,
    description:
      'How long an idle connection stays open. It must be longer than the 90s for which the API server keeps one, or a request meets a closed connection.',
  },
  {
    key: 'tls.certFile',
    type: filePath,
    default: '',
    affectsInjection: false,
    description:
      "The webhook's certificate chain in PEM, managed elsewhere (cert-manager) and read again on change. Empty: the webhook manages its own.",
  },
  {
    key: 'tls.keyFile',
    type: filePath,
    default: '',
    affectsInjection: false,
    description: 'The private key of that certificate, in PEM.',
  },
  {
    key: 'tls.developmentDir',
    type: text('folder', '^.+$', 'a path on one line'),
    default: 'certs',
    affectsInjection: false,
    description: 'Folder of the CA that a start without a cluster makes for itself.',
  },
  {
    key: 'certificates.caLifetime',
    type: duration('15s', '87600h'),
    default: '8760h',
    affectsInjection: false,
    description:
      "How long the webhook's own CA lasts. Its successor is made when a third of that is left, and takes over without an interruption.",
  },
  {
    key: 'certificates.leafLifetime',
    type: duration('3s', '8760h'),
    default: '168h',
    affectsInjection: false,
    description: 'How long a serving certificate lasts. Each replica signs its own in memory and renews it early.',
  },
  {
    // API servers know a new caBundle within seconds; the rest is for those that are cut off, and for clocks that differ.
    key: 'certificates.propagation',
    type: duration('1s', '720h'),
    default: '1h',
    affectsInjection: false,
    description:
      "How long a new CA stands in the hook's caBundle before it signs anything: by then every API server must have read it.",
  },
  {
    key: 'log.level',
    type: oneOf('debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    affectsInjection: false,
    description:
      'The least important lines to log. Logs are JSON, one object a line; `info` has one line for each decision.',
  },
] as const satisfies readonly SettingRow[];

type Row = (typeof table)[number];

/** The path of a setting: `retry.survive`. */
export type SettingKey = Row['key'];

/** Every setting with its typed value, in groups: durations as `{ ms }`, sizes in bytes. */
export type Settings = Nested<Row>;

/** Those of them that the hash on each pod covers. */
export type HashedSettings = Nested<Extract<Row, { readonly affectsInjection: true }>>;

export interface KnownRow extends SettingRow {
  readonly key: SettingKey;
}

/** The table for code that goes through all rows. */
export const settingRows: readonly KnownRow[] = table;

/** The typed object of values by key, each already read by its row's type; frozen, because all share it. */
export function settingsOf(values: ReadonlyMap<SettingKey, unknown>): Settings {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types follow the rows, a loop over them cannot
  return Object.freeze(nest(values, Object.freeze)) as Settings;
}

/** What holds when nobody sets anything. */
export const defaultSettings = settingsOf(new Map(settingRows.map((row) => [row.key, row.type.read(row.default)])));
