import type { Stored } from '../certs/stores.ts';
import { Backoff } from './backoff.ts';
import type { ApiClient } from './client.ts';
import { ApiError, type FailureKind } from './errors.ts';
import type { FailureLog } from './failure-log.ts';
import { KnownObjects } from './known-objects.ts';
import { listAll } from './list.ts';
import type { Call, KubeObject } from './resources.ts';
import { unreadableError } from './unreachable.ts';
import { watchEvents } from './watch-events.ts';
import { defaultTiming, type WatchSpec, type WatchTiming } from './watch-spec.ts';

const denied: ReadonlySet<FailureKind> = new Set(['forbidden', 'unauthorized']);
const versionStands: ReadonlySet<FailureKind> = new Set([...denied, 'unreachable', 'busy']);

/**
 * Keeps what is known of some objects up to date, by list and watch, until it is stopped; no failure ends it.
 *
 * The informer of @kubernetes/client-node 2.0.1 stops for good at any error but 410, skips lines it cannot parse and
 * asks for no bookmarks; hence this.
 */
export class Watch<T> {
  readonly objects: KnownObjects<T>;
  readonly #client: ApiClient;
  readonly #failures: FailureLog;
  readonly #spec: WatchSpec<T>;
  readonly #timing: WatchTiming;
  readonly #backoff: Backoff;
  readonly #listeners = new Set<() => void>();
  /** Where the next watch begins; undefined: everything has to be listed first. */
  #version: string | undefined;
  #listedAt = 0;
  #contactAt: number | undefined;
  /** Of the watch that is open now. */
  #openedAt: number | undefined;
  #current = new AbortController();
  #endWait: () => void = () => undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #refreshing = false;

  constructor(client: ApiClient, failures: FailureLog, spec: WatchSpec<T>, timing: Partial<WatchTiming> = {}) {
    this.#client = client;
    this.#failures = failures;
    this.#spec = spec;
    this.#timing = { ...defaultTiming, ...timing };
    this.#backoff = new Backoff(this.#timing.firstRetryMs, this.#timing.mostRetryMs);
    this.objects = new KnownObjects(spec.keep);
  }

  /** For the log and for metrics: "secrets/nodelocal-otlp-ca". */
  get name(): string {
    const { resource, name } = this.#spec;
    return name === undefined ? resource.plural : `${resource.plural}/${name}`;
  }

  /** Whether everything was listed at least once: what is known may be old, but is not a guess. */
  get synced(): boolean {
    return this.#listedAt > 0;
  }

  /** Seconds since the API server was last heard on this watch; undefined before the first time. */
  age(): number | undefined {
    return this.#contactAt === undefined ? undefined : (performance.now() - this.#contactAt) / 1000;
  }

  /** undefined: not known yet. null: there is none. */
  one(name: string): Stored<T> | null | undefined {
    return this.synced ? (this.objects.get(name) ?? null) : undefined;
  }

  /** Calls back after each change, and after each list. Gives what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is left running. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#current.abort();
    this.#endWait();
    await this.#running;
  }

  /** Takes in an object that a write of ours answered, ahead of the watch. */
  take(object: KubeObject): void {
    this.objects.set(object);
    this.#changed();
  }

  /** Lists everything anew at once; for when a write of ours met with a version that we have not seen. */
  refresh(): void {
    this.#version = undefined;
    this.#refreshing = true;
    this.#current.abort();
    this.#endWait();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#current = new AbortController();
      this.#refreshing = false;
      this.#openedAt = undefined;
      const askedForMs = await this.#attempt().catch((error: unknown) => this.#afterFailure(error));
      if (this.#openedAt !== undefined && performance.now() - this.#openedAt > this.#timing.steadyMs) {
        this.#backoff.reset();
      }
      if (!this.#refreshing) await this.#wait(this.#backoff.next(askedForMs));
    }
  }

  async #attempt(): Promise<number> {
    const { answerMs, quietMs, relistMs } = this.#timing;
    const { signal } = this.#current;
    if (this.#version === undefined || performance.now() - this.#listedAt > relistMs) await this.#list(signal);
    const limits = { signal, answerMs, quietMs, onContact: () => this.#inContact() };
    for await (const { type, object } of watchEvents(this.#client, this.#watchCall(), limits)) {
      // More may have come in already when it was ended for a refresh.
      if (signal.aborted) break;
      this.#version = object.metadata.resourceVersion;
      if (type === 'BOOKMARK') continue;
      if (type === 'DELETED') this.objects.delete(object);
      else this.objects.set(object);
      this.#changed();
    }
    return 0;
  }

  async #list(signal: AbortSignal): Promise<void> {
    const found = new Map<string, Stored<T>>();
    const limits = { signal, withinMs: this.#timing.answerMs };
    this.#version = await listAll(this.#client, this.#call('list'), limits, (object) => {
      found.set(object.metadata.name, this.objects.read(object));
    });
    this.objects.replaceAll(found);
    this.#listedAt = this.#contactAt = performance.now();
    this.#changed();
  }

  /** Gives how long the API server asks us to wait, in milliseconds. */
  #afterFailure(error: unknown): number {
    if (this.#current.signal.aborted) return 0;
    const failure = error instanceof ApiError ? error : unreadableError(this.#call('watch'), String(error), error);
    // Other answers put in doubt the version we hold: too old, from before a restore, of another cluster.
    if (!versionStands.has(failure.kind)) this.#version = undefined;
    // The API server is there again and only too far ahead: no reason to go on waiting as long as while it was away.
    // If it says so of what it has just listed, waits grow.
    const listedLately = performance.now() - this.#listedAt < this.#timing.steadyMs;
    if (failure.kind === 'gone' && !listedLately) this.#backoff.reset();
    // To have been away for too long happens every day.
    const afterMs = denied.has(failure.kind) ? this.#timing.doubtMs : 0;
    if (failure.kind !== 'gone') this.#failures.report(this.name, failure, afterMs);
    return failure.retryAfterMs;
  }

  #inContact(): void {
    this.#contactAt = performance.now();
    if (this.#openedAt !== undefined) return;
    this.#openedAt = this.#contactAt;
    this.#failures.recovered(this.name);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #wait(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watchCall(): Call {
    const seconds = Math.ceil((this.#timing.watchMs * (1 + Math.random() / 2)) / 1000);
    return this.#call('watch', {
      resourceVersion: this.#version ?? '',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(seconds),
    });
  }

  #call(verb: 'list' | 'watch', query?: Record<string, string>): Call {
    const { resource, namespace, name } = this.#spec;
    return { verb, resource, namespace, name, ...(query && { query }) };
  }
}
