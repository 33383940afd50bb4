import { once } from 'node:events';
import type { ReviewContext } from '../admission/handler.ts';
import { injectionHash } from '../config/hash.ts';
import type { LoadedSettings } from '../config/load.ts';
import { reloadSettings } from '../config/reload.ts';
import type { Settings } from '../config/settings.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createLog, type Log } from '../log.ts';
import { createMetrics } from '../server/metrics.ts';
import { startWebhook } from '../server/webhook.ts';
import { type CertificateSource, certificateSource } from './certificate-source.ts';
import type { Io } from './io.ts';

export interface InClusterOptions {
  readonly loaded: LoadedSettings;
  /** Reads the settings again. */
  readonly reload: () => Promise<LoadedSettings>;
  readonly io: Io;
  readonly kubeconfig: string | undefined;
}

const installNamespace = 'nodelocal-otlp';

// The kubelet takes about a minute to bring a changed ConfigMap into a volume; this adds little to that.
const reloadEveryMs = 5000;

/**
 * Runs the webhook for the cluster that its credentials lead to, until it is told to stop. It listens first, unready:
 * loading the Kubernetes client takes a while, and nothing of it is needed to listen.
 */
export async function serveInCluster({ loaded, reload, io, kubeconfig }: InClusterOptions): Promise<void> {
  const { signal } = io; // From here on a signal is not lost, however early it comes.
  const first = loaded.settings;
  const log = createLog(io.stderr, first.log.level);
  const settings = liveSettings(first, io.version);
  let connection: Connection | undefined;
  const metrics = createMetrics({
    version: io.version,
    config: () => settings.current().stamp.config,
    certificateEnds: () => connection?.certificates.ends() ?? {},
    watches: () => connection?.cluster.watches ?? [],
    configValid: settings.valid,
  });
  const webhook = await startWebhook({
    context: clusterContext(settings.current, () => connection?.cluster, first),
    log,
    server: first.server,
    waitingFor: () => (connection === undefined ? ['the Kubernetes client'] : waitingFor(connection, settings.current)),
    metrics,
    onOutcome: metrics.count,
  });
  let drainMs = 0; // Nobody has been sent here before it was ready.
  try {
    connection = await connect(first, io, kubeconfig, log);
    await connection.certificates.start(webhook.setCertificate);
    const stopReloading = reloadSettings(first, { load: reload, everyMs: reloadEveryMs, ...settings.handlers(log) });
    const { port, metricsPort } = webhook;
    log.info({ version: io.version, config: settings.current().stamp.config, port, metricsPort }, 'listening');
    if (!signal.aborted) await once(signal, 'abort');
    drainMs = first.server.drain.ms;
    log.info({ drainMs }, 'stopping; still answering while callers go elsewhere');
    stopReloading();
  } finally {
    await webhook.stop(drainMs);
    await connection?.certificates.stop();
    await connection?.cluster.stop();
  }
}

interface Connection {
  readonly cluster: Cluster;
  readonly certificates: CertificateSource;
}

/** Finds the cluster and starts to watch it; an API server that is away is waited for. */
async function connect(settings: Settings, io: Io, kubeconfig: string | undefined, log: Log): Promise<Connection> {
  const [{ loadCredentials }, { watchCluster }] = await Promise.all([
    import('../kube/credentials.ts'),
    import('../kube/cluster.ts'),
  ]);
  const home = io.env['HOME'];
  const credentials = loadCredentials({
    env: io.env,
    ...(home !== undefined && { home }),
    ...(kubeconfig !== undefined && { kubeconfig }),
  });
  const namespace = credentials.namespace ?? installNamespace;
  const { tls, endpoint, envFrom } = settings;
  const cluster = watchCluster({
    credentials,
    namespace,
    service: { namespace: endpoint.namespace, name: endpoint.service },
    version: io.version,
    log,
    configMapsForMs: envFrom.cache.ms,
    ownCertificates: tls.certFile === '',
  });
  return { cluster, certificates: certificateSource(settings, cluster, namespace, log) };
}

/** What readiness waits for. Not for the Service where the settings list its addresses: the webhook may not see it then. */
function waitingFor({ cluster, certificates }: Connection, settings: ReviewContext['settings']): string[] {
  const hasAddresses = settings().injection.endpoint.clusterIPs.length > 0;
  const unknown = cluster.watches.filter(
    ({ name, synced }) => !synced && !(hasAddresses && name.startsWith('services/')),
  );
  return [...unknown.map(({ name }) => name), ...certificates.waitingFor()];
}

/** The injection settings in force, with their stamp worked out once for each change. */
function liveSettings(first: Settings, version: string) {
  const stamped = (settings: Settings) => ({
    injection: settings,
    stamp: { version, config: injectionHash(settings) },
  });
  let inForce = stamped(first);
  let valid = true;
  return {
    current: () => inForce,
    /** Whether the file, as last read, could be used. */
    valid: () => valid,
    handlers: (log: Log) => ({
      onRead: () => {
        valid = true;
      },
      onChange: (settings: Settings) => {
        const before = inForce.stamp.config;
        inForce = stamped(settings);
        const { config } = inForce.stamp;
        if (config === before)
          log.warn({ config }, 'settings changed that are read at the start only: restart to use them');
        else log.info({ config }, 'settings changed');
      },
      onProblem: (err: unknown) => {
        valid = false;
        log.error({ err }, 'cannot use the changed settings; those before stay in force');
      },
    }),
  };
}

function clusterContext(
  settings: ReviewContext['settings'],
  cluster: () => Cluster | undefined,
  { endpoint: watched, envFrom }: Settings,
): ReviewContext {
  return {
    settings,
    namespaces: (name) => cluster()?.namespace(name),
    clusterIPs: () => {
      const { endpoint } = settings().injection;
      // The watch stays with the Service that was named at the start.
      const isWatched = endpoint.service === watched.service && endpoint.namespace === watched.namespace;
      const known = isWatched ? (cluster()?.clusterIPs() ?? []) : [];
      return known.length > 0 ? known : endpoint.clusterIPs;
    },
    readConfigMap: async (namespace, name, signal) => cluster()?.configMaps.read(namespace, name, signal),
    configMapsWithinMs: envFrom.timeout.ms,
    now: () => performance.now(),
  };
}
