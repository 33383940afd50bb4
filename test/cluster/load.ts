import { randomInt } from 'node:crypto';
import type { ControlPlane } from './control-plane.ts';
import { injectionOf, podOf } from './objects.ts';
import type { Rest } from './rest.ts';

export interface LoadOptions {
  /** Labelled, and with a ServiceAccount. */
  readonly namespace: string;
  /** Each with a connection of its own, one creation at a time. 4 where not given. */
  readonly clients?: number;
  /** Of all clients together. 40 where not given. */
  readonly perSecond?: number;
  /** The end even if nobody calls `stop`: 3000 pods and 120 s where not given. */
  readonly mostPods?: number;
  readonly mostMs?: number;
}

export interface LoadCounts {
  /** Pods that the API server took. */
  readonly created: number;
  /** Of these, with our annotation. */
  readonly injected: number;
  /** Of these, without: name and when its creation began. */
  readonly missed: readonly { readonly name: string; readonly at: Date }[];
  /** Creations that failed, and why. */
  readonly errors: readonly string[];
  /** The slowest creation, and the 99th percentile. */
  readonly slowestMs: number;
  readonly p99Ms: number;
}

/** Creates pods directly at the API server, at a steady rate, and deletes each at once so that etcd stays small. */
export function startLoad(plane: ControlPlane, options: LoadOptions): Load {
  return new Load(plane, options);
}

export class Load {
  readonly #plane: ControlPlane;
  readonly #options: Required<LoadOptions>;
  readonly #prefix = `load-${randomInt(1e6)}`;
  readonly #missed: { name: string; at: Date }[] = [];
  readonly #errors: string[] = [];
  readonly #durations: number[] = [];
  readonly #end: number;
  readonly #running: Promise<unknown>;
  #begun = 0;
  #injected = 0;
  #stopped = false;

  constructor(plane: ControlPlane, options: LoadOptions) {
    this.#plane = plane;
    this.#options = { clients: 4, perSecond: 40, mostPods: 3000, mostMs: 120_000, ...options };
    this.#end = performance.now() + this.#options.mostMs;
    this.#running = Promise.all(Array.from({ length: this.#options.clients }, (_, index) => this.#run(index)));
  }

  /** As it is now. */
  counts(): LoadCounts {
    const durations = this.#durations.map(Math.round).sort((a, b) => a - b);
    return {
      created: durations.length,
      injected: this.#injected,
      missed: [...this.#missed],
      errors: [...this.#errors],
      slowestMs: durations.at(-1) ?? 0,
      p99Ms: durations[Math.floor(durations.length * 0.99)] ?? 0,
    };
  }

  /** Ends it, when what is under way has been answered. */
  async stop(): Promise<LoadCounts> {
    this.#stopped = true;
    await this.#running;
    return this.counts();
  }

  get #over(): boolean {
    return this.#stopped || this.#begun >= this.#options.mostPods || performance.now() >= this.#end;
  }

  async #run(index: number): Promise<void> {
    const { clients, perSecond } = this.#options;
    const rest = this.#plane.rest(this.#plane.adminToken);
    const everyMs = (1000 * clients) / perSecond;
    let due = performance.now() + (index * everyMs) / clients;
    while (!this.#over) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      // One that is late does not catch up in a burst.
      due = Math.max(due + everyMs, performance.now());
      await this.#createOne(rest);
    }
    rest.close();
  }

  async #createOne(rest: Rest): Promise<void> {
    this.#begun += 1;
    const name = `${this.#prefix}-${this.#begun}`;
    const path = `/api/v1/namespaces/${this.#options.namespace}/pods`;
    const [at, started] = [new Date(), performance.now()];
    const answer = await rest
      .send('POST', path, podOf(name))
      .catch((error: unknown) => ({ status: 0, body: String(error) }));
    if (answer.status !== 201) {
      this.#errors.push(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return;
    }
    this.#durations.push(performance.now() - started);
    if (injectionOf(answer.body) === undefined) this.#missed.push({ name, at });
    else this.#injected += 1;
    await rest.send('DELETE', `${path}/${name}?gracePeriodSeconds=0`).catch(() => undefined);
  }
}

/** One plain line for people: `load: 1200 created, 1200 injected, 0 missed, 0 errors; slowest 31 ms, p99 12 ms`. */
export function describeLoad({ created, injected, missed, errors, slowestMs, p99Ms }: LoadCounts): string {
  const names = missed.slice(0, 10).map(({ name, at }) => `${name} at ${at.toISOString().slice(11, 23)}`);
  const which = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return `${created} created, ${injected} injected, ${missed.length} missed${which}, ${errors.length} errors; slowest ${slowestMs} ms, p99 ${p99Ms} ms`;
}
