import { readFileSync } from 'node:fs';
import { Child } from './child.ts';

export type LogLine = Readonly<Record<string, unknown>>;

export interface ReplicaOptions {
  /** For its log, which goes with it. */
  readonly folder: string;
  readonly name: string;
  /** Of node, the program first. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const startMs = 30_000;

/** One process of the built webhook. */
export class Replica {
  readonly name: string;
  /** Of the webhook, and of metrics and health. */
  readonly port: number;
  readonly metricsPort: number;
  /** Its exit code; null where a signal ended it. */
  readonly exited: Promise<number | null>;
  readonly #child: Child;

  /** Resolves when both of its ports are open, which does not mean that it is ready. */
  static async start({ folder, name, args, env }: ReplicaOptions): Promise<Replica> {
    const child = new Child(folder, name, process.execPath, args, env);
    const end = performance.now() + startMs;
    for (;;) {
      const listening = linesOf(child).find(({ msg }) => msg === 'listening');
      if (listening !== undefined)
        return new Replica(child, Number(listening['port']), Number(listening['metricsPort']));
      if (!child.running || performance.now() > end) {
        throw new Error(`${name} did not start. Its last words:\n${await child.logTail()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private constructor(child: Child, port: number, metricsPort: number) {
    this.#child = child;
    this.name = child.name;
    this.exited = child.exited;
    this.port = port;
    this.metricsPort = metricsPort;
  }

  get running(): boolean {
    return this.#child.running;
  }

  /** All it has logged so far; a line that is not JSON becomes `{ text }`. */
  lines(): LogLine[] {
    return linesOf(this.#child);
  }

  /** The lines from the level `warn` on, as text: what an admin would look at first. */
  complaints(): string[] {
    return this.lines()
      .filter(({ level, text }) => level === 'warn' || level === 'error' || level === 'fatal' || text !== undefined)
      .map((line) => JSON.stringify(line));
  }

  /** What /readyz says now; false also for one that does not answer within a second. */
  ready(): Promise<boolean> {
    return this.#get('readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** In the Prometheus text format. */
  async metrics(): Promise<string> {
    return (await this.#get('metrics')).text();
  }

  /** The sum of a metric over all label sets that hold `labels`; 0 where there is none. */
  async metric(name: string, labels = ''): Promise<number> {
    const lines = (await this.metrics()).split('\n');
    return lines
      .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** The bare signal, as by a crash or the kernel; for a pod's deletion see `Installation.terminate`. */
  signal(signal: NodeJS.Signals): void {
    this.#child.signal(signal);
  }

  end(): Promise<void> {
    return this.#child.end('SIGKILL');
  }

  #get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.metricsPort}/${path}`, { signal: AbortSignal.timeout(1000) });
  }
}

function linesOf(child: Child): LogLine[] {
  const text = readFileSync(child.logFile, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter(Boolean).map((line) => {
    try {
      return JSON.parse(line) as LogLine;
    } catch {
      return { text: line };
    }
  });
}
