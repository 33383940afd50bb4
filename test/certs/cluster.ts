import { caBundle, type CaCertificate, readCertificates } from '../../src/certs/authority.ts';
import { trustedByHook } from '../../src/certs/hook.ts';
import { parseState, type SecretData, type StoredAuthority, stateOf } from '../../src/certs/state.ts';
import type { Hook, HookStore, SecretStore, Stored, WriteOutcome } from '../../src/certs/stores.ts';
import type { Simulation } from './simulation.ts';

/** One object of an API server. */
class ApiObject<T> {
  current: Stored<T> | null = null;
  /** Counts changes, deletions too. */
  version = 0;
  readonly watchers: (() => void)[] = [];

  /** Whoever does it: nobody is asked for a version. */
  set(value: T | null): void {
    this.version++;
    this.current = value === null ? null : { value, resourceVersion: String(this.version) };
    for (const tell of this.watchers) tell();
  }
}

/** How slow the way between a client and the API server is at most. */
export interface Latency {
  /** Of a call, each way. */
  readonly callMs: number;
  /** Of a watch, from a change until it shows. */
  readonly watchMs: number;
  /** The same of the watch of the Secret alone. */
  readonly secretWatchMs?: number;
}

/** What one client sees of one object: its own writes at once, those of others after a while, in order. */
class Client<T> {
  view: Stored<T> | null | undefined;
  readonly #object: ApiObject<T>;
  readonly #simulation: Simulation;
  readonly #latency: Latency;
  readonly #listeners = new Set<() => void>();
  #shownVersion = -1;
  #shownAt = 0;

  constructor(object: ApiObject<T>, simulation: Simulation, latency: Latency) {
    [this.#object, this.#simulation, this.#latency] = [object, simulation, latency];
    object.watchers.push(() => this.#watch());
    this.#watch();
  }

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async call<R>(effect: (object: ApiObject<T>) => R): Promise<R> {
    const { wait, upTo } = this.#simulation;
    await wait(upTo(this.#latency.callMs));
    const result = effect(this.#object);
    const { current, version } = this.#object;
    await wait(upTo(this.#latency.callMs));
    if (result === 'written') this.#show(current, version);
    return result;
  }

  /** @param resourceVersion `null` to create */
  write(value: (present: T | undefined) => T, resourceVersion: string | null): Promise<WriteOutcome> {
    return this.call((object) => {
      if ((object.current?.resourceVersion ?? null) !== resourceVersion) return 'conflict';
      object.set(value(object.current?.value));
      return 'written';
    });
  }

  #watch(): void {
    const { current, version } = this.#object;
    const { now, upTo, schedule } = this.#simulation;
    this.#shownAt = Math.max(this.#shownAt, now + upTo(this.#latency.watchMs));
    schedule(() => this.#show(current, version), this.#shownAt - now);
  }

  #show(value: Stored<T> | null, version: number): void {
    if (version <= this.#shownVersion) return;
    this.view = value;
    this.#shownVersion = version;
    for (const listener of this.#listeners) listener();
  }
}

/** The two objects, as the API server holds them. */
export class FakeCluster {
  readonly secret = new ApiObject<SecretData>();
  readonly hook = new ApiObject<Hook>();
  readonly simulation: Simulation;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.hook.set(emptyHook);
  }

  /** The stores of one replica, through watches and calls of its own. `broken` makes its calls reject. */
  stores(latency: Latency, broken: () => boolean = () => false): { secret: SecretStore; hook: HookStore } {
    const secret = new Client(this.secret, this.simulation, {
      ...latency,
      watchMs: latency.secretWatchMs ?? latency.watchMs,
    });
    const hook = new Client(this.hook, this.simulation, latency);
    const tried = <R>(call: () => Promise<R>): Promise<R> =>
      broken() ? Promise.reject(new Error('503 from the API server')) : call();
    return {
      secret: {
        current: () => secret.view,
        read: () => tried(() => secret.call((object) => object.current)),
        create: (data) => tried(() => secret.write(() => data, null)),
        replace: (data, version) => tried(() => secret.write(() => data, version)),
        onChange: secret.onChange,
      },
      hook: {
        current: () => hook.view,
        setCaBundle: (pem, version) => tried(() => hook.write((present) => withBundle(present, pem), version)),
        onChange: hook.onChange,
      },
    };
  }

  /** What an API server goes by: the hook as it was up to `lagMs` ago. */
  apiServer(lagMs: number): () => readonly CaCertificate[] {
    const client = new Client(this.hook, this.simulation, { callMs: 0, watchMs: lagMs });
    return () => trustedBy(client.view?.value);
  }

  stored(): StoredAuthority {
    return parseState(this.secret.current?.value ?? {}, new Date(this.simulation.now));
  }

  /** Whether the Secret is whole and the hook says exactly what it says. */
  agrees(): boolean {
    const stored = this.stored();
    const state = stateOf(stored);
    return (
      stored.problems.length === 0 && state !== undefined && bundleText(this.hook.current?.value) === caBundle(state)
    );
  }

  /** Another hand on the hook. */
  setBundle(pem: string): void {
    this.hook.set(withBundle(this.hook.current?.value, pem));
  }

  /** Another hand on the Secret; undefined takes a key away. */
  editSecret(changes: Readonly<Record<string, string | undefined>>): void {
    const data = new Map(Object.entries(this.secret.current?.value ?? {}));
    for (const [key, text] of Object.entries(changes)) {
      if (text === undefined) data.delete(key);
      else data.set(key, Buffer.from(text));
    }
    this.secret.set(Object.fromEntries(data));
  }
}

/** As it is applied from the manifests: without a caBundle. */
export const emptyHook: Hook = { webhooks: [{ name: 'pods.nodelocal-otlp.dev' }] };

function withBundle(hook: Hook = emptyHook, pem: string): Hook {
  const caBundle = Buffer.from(pem).toString('base64');
  return { webhooks: hook.webhooks.map((webhook) => ({ ...webhook, caBundle })) };
}

export function bundleText(hook: Hook | undefined): string {
  return Buffer.from(hook?.webhooks[0]?.caBundle ?? '', 'base64').toString();
}

const parsed = new Map<string, readonly CaCertificate[]>();

/** `trustedByHook`, remembered: simulations ask after every event. */
export function trustedBy(hook: Hook | undefined): readonly CaCertificate[] {
  const text = bundleText(hook);
  const certificates = parsed.get(text) ?? trustedByHook(hook);
  parsed.set(text, certificates);
  return certificates;
}

/** All CAs in the data of a Secret, in whatever place. */
export function certificatesIn(data: SecretData | undefined): readonly CaCertificate[] {
  const texts = ['previous.crt', 'current.crt', 'next.crt'].map((key) => data?.[key]?.toString() ?? '');
  return readCertificates(texts.join('')).certificates;
}
