import type { ConfigMapData } from '../inject/environment.ts';
import type { ApiClient } from './client.ts';
import { ApiError } from './errors.ts';
import type { FailureLog } from './failure-log.ts';
import { Recent } from './recent.ts';
import { configMaps } from './resources.ts';

export interface ConfigMapCacheOptions {
  /** How long what a ConfigMap holds is believed. */
  readonly keepMs: number;
  /** How long its absence is: short, since it is often made together with the pods that want it. */
  readonly absentMs: number;
  /**
   * How long after a 403 no further one of the same namespace is asked for: short, since an API server that has just
   * started denies all until it knows its rules.
   */
  readonly forbiddenMs: number;
  /** For one read, whose result is kept even when the caller has given up waiting. */
  readonly readMs: number;
  /** In characters of keys and values together. */
  readonly mostKept: number;
  /** Reads under way; further ones count as not read, so that a silent API server can't pile them up. */
  readonly mostReads: number;
  readonly now: () => number;
}

const defaults: ConfigMapCacheOptions = {
  keepMs: 30_000,
  absentMs: 2000,
  forbiddenMs: 10_000,
  readMs: 5000,
  mostKept: 16 * 1024 * 1024,
  mostReads: 64,
  now: () => performance.now(),
};

/** Also counted for an entry without data. */
const entrySize = 200;
const source = 'configmaps';

/**
 * Reads ConfigMaps by name (verb get), remembering them for a while. What could not be read, or not before the
 * caller's signal, is undefined; null is what does not exist. Never rejects.
 */
export class ConfigMaps {
  readonly #client: ApiClient;
  readonly #failures: FailureLog;
  readonly #options: ConfigMapCacheOptions;
  readonly #kept: Recent<ConfigMapData>;
  readonly #reads = new Map<string, Promise<ConfigMapData>>();

  constructor(client: ApiClient, failures: FailureLog, options: Partial<ConfigMapCacheOptions> = {}) {
    this.#client = client;
    this.#failures = failures;
    this.#options = { ...defaults, ...options };
    this.#kept = new Recent(this.#options.mostKept, this.#options.now);
  }

  async read(namespace: string, name: string, signal: AbortSignal): Promise<ConfigMapData> {
    // A slash can't be part of a namespace's name, so the first one with nothing after it is the namespace itself.
    if (signal.aborted || this.#kept.get(`${namespace}/`) !== undefined) return undefined;
    const key = `${namespace}/${name}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept.value;
    const reading = this.#reads.get(key) ?? this.#start(key, namespace, name);
    return reading === undefined ? undefined : unlessAborted(reading, signal);
  }

  /** One read for all who want it now. */
  #start(key: string, namespace: string, name: string): Promise<ConfigMapData> | undefined {
    if (this.#reads.size >= this.#options.mostReads) return undefined;
    const reading = this.#get(namespace, name).finally(() => this.#reads.delete(key));
    this.#reads.set(key, reading);
    return reading;
  }

  async #get(namespace: string, name: string): Promise<ConfigMapData> {
    const { keepMs, absentMs, forbiddenMs, readMs } = this.#options;
    const call = { verb: 'get', resource: configMaps, namespace, name } as const;
    try {
      const { data = {} } = await this.#client.request<{ data?: Record<string, string> }>(call, { withinMs: readMs });
      this.#failures.recovered(source);
      return this.#keep(`${namespace}/${name}`, data, keepMs);
    } catch (error) {
      if (!(error instanceof ApiError)) return undefined;
      if (error.kind === 'not-found') return this.#keep(`${namespace}/${name}`, null, absentMs);
      this.#failures.report(source, error);
      if (error.kind === 'forbidden') this.#keep(`${namespace}/`, undefined, forbiddenMs);
      return undefined;
    }
  }

  #keep(key: string, data: ConfigMapData, forMs: number): ConfigMapData {
    const size = Object.entries(data ?? {}).reduce((sum, [name, value]) => sum + name.length + value.length, entrySize);
    this.#kept.set(key, data, forMs, size);
    return data;
  }
}

/** undefined as soon as the signal says so; leaves no listener behind. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = () => aborted.resolve(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
