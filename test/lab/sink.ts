import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Item } from '../../src/otlp/decode.ts';
import type { Place } from './network.ts';
import type { Mode } from './sink-mode.ts';
import type { Call, Result } from './sink-process.ts';
import type { Count, Received, SeenResource } from './sink-records.ts';

export type { Mode } from './sink-mode.ts';
export type { Count, Received, SeenResource } from './sink-records.ts';

const program = path.join(import.meta.dirname, 'sink-process.ts');

/** An OTLP backend in a pod, on ports 4317 (gRPC) and 4318 (HTTP), that does as it is told and remembers what it accepted. */
export class Sink {
  readonly place: Place;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #calls = 0;

  /** Resolves when it listens. */
  static async start(place: Place): Promise<Sink> {
    const child = place.spawn(process.execPath, [program], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const sink = new Sink(place, child);
    await sink.#answerTo(0);
    return sink;
  }

  constructor(place: Place, child: ChildProcess) {
    this.place = place;
    this.#process = child;
    child.on('message', ({ id, value, error }: Result) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the sink has ended'));
    });
  }

  /** Where it is reached: `http://10.77.1.1:4318`. */
  url(transport: 'http' | 'grpc' = 'http'): string {
    return `http://${this.place.ip}:${transport === 'http' ? 4318 : 4317}`;
  }

  /** What the Secret of an agent holds that sends here. */
  secret(transport: 'http' | 'grpc' = 'http'): Record<string, string> {
    return { endpoint: this.url(transport), protocol: transport, insecure: 'true' };
  }

  /** From the next request on; those that hang go on hanging. */
  async setMode(mode: Mode): Promise<void> {
    await this.#call('setMode', mode);
  }

  /** Stops listening and resets all connections, so that all is refused. */
  async disappear(): Promise<void> {
    await this.#call('disappear');
  }

  async return(): Promise<void> {
    await this.#call('return');
  }

  /** The numbered items that were accepted, for each app and signal. */
  async ledger(): Promise<Received[]> {
    return (await this.#call('ledger')) as Received[];
  }

  async counts(): Promise<Count[]> {
    return (await this.#call('counts')) as Count[];
  }

  async resources(): Promise<SeenResource[]> {
    return (await this.#call('resources')) as SeenResource[];
  }

  /** The accepted points of metrics named lab.*, but for lab.sequence, in the order of arrival. */
  async points(): Promise<Item[]> {
    return (await this.#call('points')) as Item[];
  }

  async dispose(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  #call(name: Call['name'], argument?: unknown): Promise<unknown> {
    const id = ++this.#calls;
    const answer = this.#answerTo(id);
    this.#process.send({ id, name, argument } satisfies Call);
    return answer;
  }

  #answerTo(id: number): Promise<unknown> {
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }
}
