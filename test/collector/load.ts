import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Signal } from '../../src/otlp/decode.ts';
import type { Place } from '../lab/network.ts';
import type { Answered } from './balance.ts';
import type { Message } from './load-process.ts';
import type { Shape } from './numbered-request.ts';

export interface SignalLoad {
  /** In one request. */
  readonly items: number;
  readonly shape: Shape;
  /** Requests; where not given, as many as are answered. */
  readonly perSecond?: number;
  /** Requests at the same time: 4 where not given. */
  readonly concurrency?: number;
}

export interface LoadOptions {
  /** Its service.name. */
  readonly service: string;
  /** Without a path. */
  readonly endpoint: string;
  readonly transport: 'http' | 'grpc';
  readonly signals: Readonly<Partial<Record<Signal, SignalLoad>>>;
}

const program = path.join(import.meta.dirname, 'load-process.ts');

/** An app that numbers its items, sends each of them once, whatever the answer, and knows all answers. */
export class Load {
  readonly service: string;
  /** All answers so far, some of those of the last tenth of a second missing. */
  readonly answers: Answered[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  static start(place: Place, options: LoadOptions): Load {
    return new Load(place, options);
  }

  constructor(place: Place, options: LoadOptions) {
    this.service = options.service;
    this.#process = place.spawn(process.execPath, [program, JSON.stringify(options)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#ended = once(this.#process, 'exit');
    this.#process.on('message', (message: Message) => {
      if ('progress' in message) for (const one of message.progress) this.answers.push(one);
    });
  }

  /** Lets it send no more, waits for the answers to what it has sent, and gives all. */
  async stop(): Promise<readonly Answered[]> {
    if (this.#process.connected) this.#process.send('stop');
    await this.#ended;
    return this.answers;
  }

  async dispose(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }
}
