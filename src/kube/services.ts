import type { ApiClient } from './client.ts';
import type { FailureLog } from './failure-log.ts';
import { type KubeObject, services } from './resources.ts';
import { Watch } from './watch.ts';
import type { WatchTiming } from './watch-spec.ts';

/** Watches one Service for its ClusterIPs, in its order; none where it is headless. */
export function watchClusterIPs(
  client: ApiClient,
  failures: FailureLog,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  timing?: Partial<WatchTiming>,
): Watch<readonly string[]> {
  return new Watch(client, failures, { resource: services, namespace, name, keep: clusterIPsOf }, timing);
}

function clusterIPsOf(object: KubeObject): readonly string[] {
  const { spec } = object as { spec?: { clusterIPs?: readonly string[]; clusterIP?: string } };
  return (spec?.clusterIPs ?? [spec?.clusterIP ?? '']).filter((ip) => ip !== '' && ip !== 'None');
}
