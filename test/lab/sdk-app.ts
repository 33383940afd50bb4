import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Signal } from '../../src/otlp/decode.ts';
import { type AppName, apps } from '../sdk/apps/build.ts';
import type { Program } from '../sdk/apps/program.ts';
import { type Injection, injectedEnv } from './injected-env.ts';
import type { Produced } from './ledger.ts';
import type { Place } from './network.ts';

export interface SdkAppOptions extends Partial<Injection> {
  readonly name: AppName;
  /** What `buildApp` gave for that name. */
  readonly program: Program;
  /** OTEL_SERVICE_NAME; in each account it stands for this process, so no other may have it. */
  readonly service: string;
  /** As a user would set it: LAB_RATE and so on, and OTEL_ variables, which win over those injected. */
  readonly env?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  /** Which pod of an API server it is. */
  readonly pod?: { readonly name: string; readonly namespace: string; readonly uid: string };
}

/** How many of each it has produced so far. */
export interface Progress extends Readonly<Record<Signal, number>> {
  /** Of the counter lab.count. */
  readonly count: number;
}

export interface Finished extends Progress {
  /** Of forceFlush and shutdown together. */
  readonly flushMs: number;
}

type Event = { readonly event: 'started' | 'progress' | 'produced' } & Finished;

/** A program with a real SDK, in the environment that the injection gives it. */
export class SdkApp {
  readonly service: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #process: ChildProcess;
  readonly #events = new EventEmitter();
  #progress: Progress = { traces: 0, metrics: 0, logs: 0, count: 0 };
  #finished: Finished | undefined;
  #isClosed = false;
  #diagnostics = '';

  /** Resolves when production begins. @throws with its diagnostics when it ends before */
  static async start(place: Place, options: SdkAppOptions): Promise<SdkApp> {
    const app = new SdkApp(place, options);
    await Promise.race([once(app.#events, 'started'), once(app.#events, 'closed')]);
    if (app.#isClosed) throw app.#endedWithout('started');
    return app;
  }

  constructor(place: Place, options: SdkAppOptions) {
    const { name, program, service, env = {}, hostNetwork = false } = options;
    const language = String(apps.find((each) => each.name === name)?.language);
    const user = { ...program.env, OTEL_SERVICE_NAME: service, ...env };
    const pod = { name: service, node: place.node, ip: place.ip, language, env: user, hostNetwork, ...options.pod };
    this.service = service;
    this.env = injectedEnv(pod, { variables: 'all', ...options });
    const { PATH, HOME } = process.env;
    this.#process = place.spawn(program.command, program.args, {
      env: { PATH, HOME, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { stdout, stderr } = this.#process as { stdout: Readable; stderr: Readable };
    createInterface(stdout).on('line', (line) => this.#read(line));
    stderr.setEncoding('utf8').on('data', (text: string) => (this.#diagnostics += text));
    this.#process.on('close', () => {
      this.#isClosed = true;
      this.#events.emit('closed');
    });
  }

  /** As it said last, each second. */
  get progress(): Progress {
    return this.#progress;
  }

  /** For `account`. After `stop` these are all that it ever produced. */
  get produced(): Produced[] {
    const { service } = this;
    const signals = ['traces', 'metrics', 'logs'] as const;
    return signals.map((signal) => ({ service, signal, count: this.#progress[signal] }));
  }

  /** What its SDK said on stderr: failed exports, retries. */
  get diagnostics(): string {
    return this.#diagnostics;
  }

  get pid(): number {
    return Number(this.#process.pid);
  }

  /** SIGTERM, upon which it flushes and ends. @throws with its diagnostics when it ends without its last word */
  async stop(): Promise<Finished> {
    this.#process.kill('SIGTERM');
    return this.finished();
  }

  /** Waits for the end, which LAB_SECONDS may set. @throws as `stop` does */
  async finished(): Promise<Finished> {
    if (!this.#isClosed) await once(this.#events, 'closed');
    if (this.#finished === undefined) throw this.#endedWithout('produced');
    return this.#finished;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #read(line: string): void {
    // What is no JSON comes from a runtime.
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as Event;
    if (event.event !== 'started') this.#progress = event;
    if (event.event === 'produced') this.#finished = event;
    this.#events.emit(event.event);
  }

  #endedWithout(event: Event['event']): Error {
    return new Error(`${this.service} ended without its word '${event}':\n${this.#diagnostics.slice(-2000)}`);
  }
}
