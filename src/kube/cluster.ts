import type { Log } from '../log.ts';
import { ApiClient } from './client.ts';
import { ConfigMaps } from './config-maps.ts';
import type { Credentials } from './credentials.ts';
import { FailureLog } from './failure-log.ts';
import { HookStore } from './hook-store.ts';
import { watchNamespaces, type NamespaceFacts } from './namespaces.ts';
import { SecretStore } from './secret-store.ts';
import { watchClusterIPs } from './services.ts';
import type { Watch } from './watch.ts';
import type { WatchTiming } from './watch-spec.ts';

export interface ClusterOptions {
  readonly credentials: Credentials;
  /** Where the webhook runs, with its Secret. */
  readonly namespace: string;
  /** The uniform Service. */
  readonly service: { readonly namespace: string; readonly name: string };
  readonly version: string;
  readonly log: Log;
  /** How long a ConfigMap that was read is believed. */
  readonly configMapsForMs?: number;
  readonly timing?: Partial<WatchTiming>;
  /** false: certificates are managed elsewhere, so that neither the Secret nor the hook is touched. */
  readonly ownCertificates?: boolean;
}

/** What the webhook knows of its cluster, kept up to date in the background. */
export interface Cluster {
  /** undefined: not known (yet). */
  readonly namespace: (name: string) => NamespaceFacts | undefined;
  /** In the Service's order; empty when not known. */
  readonly clusterIPs: () => readonly string[];
  readonly configMaps: ConfigMaps;
  /** Both absent where certificates are managed elsewhere. */
  readonly secret?: SecretStore;
  readonly hook?: HookStore;
  /** For readiness (`synced`) and metrics (`name`, `age()` in seconds). */
  readonly watches: readonly Pick<Watch<unknown>, 'name' | 'synced' | 'age'>[];
  /** Resolves when no watch, timer or connection is left. */
  readonly stop: () => Promise<void>;
}

/** Starts watching. Returns at once: what is not known yet says so, and an API server that is away is waited for. */
export function watchCluster(options: ClusterOptions): Cluster {
  const { credentials, log, timing, service, configMapsForMs } = options;
  const client = new ApiClient(credentials, `nodelocal-otlp/${options.version}`);
  const failures = new FailureLog(log);
  const namespaces = watchNamespaces(client, failures, timing);
  const services = watchClusterIPs(client, failures, service, timing);
  const own = options.ownCertificates !== false && {
    secret: new SecretStore(client, failures, options.namespace, timing),
    hook: new HookStore(client, failures, timing),
  };
  const watches = [namespaces, services, ...(own ? [own.secret.watch, own.hook.watch] : [])];
  for (const watch of watches) watch.start();
  return {
    namespace: (name) => namespaces.objects.get(name)?.value,
    clusterIPs: () => services.objects.get(service.name)?.value ?? [],
    configMaps: new ConfigMaps(client, failures, configMapsForMs === undefined ? {} : { keepMs: configMapsForMs }),
    ...own,
    watches,
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      client.close();
    },
  };
}
