import type { ReviewContext } from '../admission/handler.ts';
import { injectionHash } from '../config/hash.ts';
import type { Settings } from '../config/settings.ts';

/** What reviews are answered from where no cluster is asked: namespaces are not known, and ConfigMaps not seen. */
export function offlineContext(settings: Settings, version: string, now: ReviewContext['now']): ReviewContext {
  const inForce = { injection: settings, stamp: { version, config: injectionHash(settings) } };
  return {
    settings: () => inForce,
    namespaces: () => undefined,
    clusterIPs: () => settings.endpoint.clusterIPs,
    now,
  };
}
