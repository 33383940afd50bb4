import type { ConfigMapData } from '../inject/environment.ts';

/** Reads one ConfigMap's data: null when it does not exist. May reject, may ignore the signal. */
export type ConfigMapReader = (namespace: string, name: string, signal: AbortSignal) => Promise<ConfigMapData>;

// A pod's containers name a handful. A request that names thousands must not become thousands of calls.
const mostReads = 64;

/**
 * Reads the named ConfigMaps of a namespace side by side and gives what is known when all have answered or
 * the time is over. What failed, came too late or was too much stays out of the map, which means "not seen".
 * Never rejects.
 */
export async function readConfigMaps(
  read: ConfigMapReader,
  namespace: string,
  names: readonly string[],
  withinMs: number,
): Promise<ReadonlyMap<string, ConfigMapData>> {
  const found = new Map<string, ConfigMapData>();
  const deadline = new AbortController();
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, withinMs);
  const readOne = async (name: string): Promise<void> => {
    try {
      found.set(name, await read(namespace, name, deadline.signal));
    } catch {
      // Not seen: decided by the setting envFrom.unseen and named on the pod.
    }
  };
  await Promise.race([over.promise, Promise.all(names.slice(0, mostReads).map(readOne))]);
  clearTimeout(timer);
  deadline.abort();
  // A copy: a reader that ignores the signal must not change what the decision is made from.
  return new Map(found);
}
