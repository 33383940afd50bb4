import { fork } from 'node:child_process';
import { Child } from './child.ts';
import type { AppName, Counts } from './scenario.ts';

/** An app of the demo, as a process with nothing but its own variables. */
export class App {
  readonly name: AppName;
  readonly #child: Child;
  #counts: Counts = { produced: 0, refused: 0, dropped: 0 };

  /** Starts it. @param entry the file of app-process.ts */
  constructor(entry: string, name: AppName, variables: Variables) {
    this.name = name;
    const env = { ...variables, OTEL_SERVICE_NAME: name };
    const child = fork(entry, { env, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.on('message', (counts: Counts) => (this.#counts = counts));
    this.#child = new Child(child, `the app ${name}`);
  }

  /**
   * Resolves when its SDK is set up; it produces nothing yet.
   *
   * @throws NodelocalError demo-failed when it ends before
   */
  async ready(signal: AbortSignal): Promise<void> {
    await this.#child.message(signal);
  }

  /** What it has told last, which is at most 50 ms ago. */
  get counts(): Counts {
    return this.#counts;
  }

  produce(): void {
    this.#child.process.send('start');
  }

  /**
   * Stops producing and flushes; resolves when the process has ended.
   *
   * @throws NodelocalError demo-failed when it failed
   */
  async stop(): Promise<void> {
    this.#child.process.send('stop');
    await this.#child.finished();
  }

  kill(): void {
    this.#child.kill();
  }
}

export type Variables = Readonly<Record<string, string>>;
