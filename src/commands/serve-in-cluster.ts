import { once } from 'node:events';
import type { ReviewContext } from '../admission/handler.ts';
import { injectionHash } from '../config/hash.ts';
import type { LoadedSettings } from '../config/load.ts';
import { reloadSettings } from '../config/reload.ts';
import type { Settings } from '../config/settings.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../server/metrics.ts';
import { startWebhook } from '../server/webhook.ts';
import { certificateSource } from './certificate-source.ts';
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

/** Runs the webhook for the cluster that its credentials lead to, until it is told to stop. */
export async function serveInCluster({ loaded, reload, io, kubeconfig }: InClusterOptions): Promise<void> {
  const log = createLog(io.stderr, loaded.settings.log.level);
  const settings = liveSettings(loaded.settings, io.version);
  // Loading the Kubernetes client takes a while, and nothing of it is needed to listen.
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
  const { tls, endpoint, envFrom } = loaded.settings;
  const cluster = watchCluster({
    credentials,
    namespace,
    service: { namespace: endpoint.namespace, name: endpoint.service },
    version: io.version,
    log,
    configMapsForMs: envFrom.cache.ms,
    ownCertificates: tls.certFile === '',
  });
  const certificates = certificateSource(loaded.settings, cluster, namespace, log);
  const metrics = createMetrics({
    version: io.version,
    config: () => settings.current().stamp.config,
    certificateEnds: certificates.ends,
    watches: cluster.watches,
  });
  const webhook = await startWebhook({
    context: clusterContext(settings.current, cluster, envFrom.timeout.ms),
    log,
    server: loaded.settings.server,
    waitingFor: () => [
      ...cluster.watches.filter(({ synced }) => !synced).map(({ name }) => name),
      ...certificates.waitingFor(),
    ],
    metrics,
    onOutcome: metrics.count,
  });
  await certificates.start(webhook.setCertificate);
  const stopReloading = reloadSettings(loaded.settings, {
    load: reload,
    everyMs: reloadEveryMs,
    onChange: (changed) => {
      settings.change(changed);
      log.info({ config: settings.current().stamp.config }, 'settings changed');
    },
    onProblem: (err) => log.error({ err }, 'cannot use the changed settings; those before stay in force'),
  });
  const { port, metricsPort } = webhook;
  log.info({ version: io.version, config: settings.current().stamp.config, port, metricsPort }, 'listening');
  if (!io.signal.aborted) await once(io.signal, 'abort');

  log.info({ drainMs: loaded.settings.server.drain.ms }, 'stopping; still answering while callers go elsewhere');
  stopReloading();
  await webhook.stop(loaded.settings.server.drain.ms);
  await certificates.stop();
  await cluster.stop();
}

/** The injection settings in force, with their stamp worked out once for each change. */
function liveSettings(first: Settings, version: string) {
  const stamped = (settings: Settings) => ({
    injection: settings,
    stamp: { version, config: injectionHash(settings) },
  });
  let inForce = stamped(first);
  return {
    current: () => inForce,
    change: (settings: Settings) => {
      inForce = stamped(settings);
    },
  };
}

function clusterContext(
  settings: ReviewContext['settings'],
  cluster: Cluster,
  configMapsWithinMs: number,
): ReviewContext {
  return {
    settings,
    namespaces: cluster.namespace,
    clusterIPs: () => {
      const known = cluster.clusterIPs();
      return known.length > 0 ? known : settings().injection.endpoint.clusterIPs;
    },
    readConfigMap: (namespace, name, signal) => cluster.configMaps.read(namespace, name, signal),
    configMapsWithinMs,
    now: () => performance.now(),
  };
}
