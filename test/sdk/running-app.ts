import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Place } from '../lab/network.ts';
import type { Program } from './apps/build.ts';

export interface Produced {
  readonly traces: number;
  readonly metrics: number;
  readonly logs: number;
  readonly flushMs: number;
}

export interface AppOptions {
  readonly program: Program;
  /** Its service.name. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A file for its stderr; default: nowhere. */
  readonly log?: string;
}

/** How a program ended. */
export interface End {
  /** Absent when it said nothing of it: it crashed or was killed. */
  readonly produced?: Produced;
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Since it began to produce. */
  readonly seconds: number;
}

/** An SDK program that runs and numbers what it produces. Times are those of performance.now(). */
export class RunningApp {
  readonly name: string;
  /** Resolves when it produces; when it ends before that, too. */
  readonly started: Promise<void>;
  readonly ended: Promise<End>;
  readonly #process: ChildProcess;
  #startedAt = Number.NaN;
  #stoppedAt = Number.NaN;
  #produced: Produced | undefined;
  #stderr = '';

  constructor(place: Place, { program, name, variables, log }: AppOptions) {
    this.name = name;
    const env = { ...withoutOtel(process.env), ...program.env, OTEL_SERVICE_NAME: name, ...variables };
    this.#process = place.spawn(program.command, program.args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const { stdin, stdout, stderr } = this.#process;
    if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes');
    // It may end before it has read "stop".
    stdin.on('error', () => {});
    const file = log === undefined ? undefined : createWriteStream(log);
    stderr.setEncoding('utf8').on('data', (text: string) => {
      file?.write(text);
      if (this.#stderr.length < keptCharacters) this.#stderr += text;
    });
    const started = Promise.withResolvers<void>();
    this.started = started.promise;
    createInterface({ input: stdout }).on('line', (line) => {
      if (line.startsWith('{"event":"started"')) {
        this.#startedAt = performance.now();
        started.resolve();
      }
      if (line.startsWith('{"event":"produced"')) this.#produced = JSON.parse(line) as Produced;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (exitCode) => {
        started.resolve();
        file?.end();
        const seconds = (performance.now() - this.#startedAt) / 1000;
        resolve({ ...(this.#produced && { produced: this.#produced }), exitCode, stderr: this.#stderr, seconds });
      });
    });
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  get secondsOfProduction(): number {
    return (this.#stoppedAt - this.#startedAt) / 1000;
  }

  /** Ends production; it then flushes and exits, and is killed when it takes longer than the limit. */
  stop(limitMs: number): Promise<End> {
    this.#stoppedAt = performance.now();
    this.#process.stdin?.write('stop\n');
    return this.endWithin(limitMs);
  }

  async endWithin(limitMs: number): Promise<End> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), limitMs);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }
}

/** Enough for the start, where a warning would stand. */
const keptCharacters = 200_000;

function withoutOtel(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(OTEL_|NODE_OPTIONS$)/.test(name)));
}
