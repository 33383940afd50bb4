import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { NodelocalError } from '../errors.ts';

const gentleMs = 15_000;

/** A child process that never outlives this one. */
export class Child {
  readonly process: ChildProcess;
  readonly #name: string;
  readonly #exited: Promise<string>;
  readonly #kill = () => void this.process.kill('SIGKILL');
  #error = '';

  /** @param name for people, when it fails */
  constructor(child: ChildProcess, name: string) {
    this.process = child;
    this.#name = name;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#error = (this.#error + text).slice(-2000)));
    this.#exited = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
      // It could not be started, or a message to one that is ending has nowhere to go.
      child.on('error', ({ message }) => child.pid === undefined && resolve(message));
    });
    process.once('exit', this.#kill);
    void this.#exited.then(() => process.off('exit', this.#kill));
  }

  /**
   * The next message that it sends.
   *
   * @throws NodelocalError demo-failed when it ends before
   */
  async message(signal: AbortSignal): Promise<unknown> {
    const [message] = await Promise.race([once(this.process, 'message', { signal }), this.#early()]);
    return message;
  }

  async #early(): Promise<never> {
    throw this.#failure(await this.#exited);
  }

  /** How it ended, with the last line that it wrote. */
  #failure(how: string): NodelocalError {
    const said = this.#error.trim().split('\n').at(-1);
    return new NodelocalError('demo-failed', `${this.#name} ended early: ${how}${said ? `; ${said}` : ''}`);
  }

  /** @throws NodelocalError demo-failed when it does not run any more */
  async stillRunning(): Promise<void> {
    const running =
      this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null;
    if (!running) throw this.#failure(await this.#exited);
  }

  /**
   * Resolves when it has ended by itself.
   *
   * @throws NodelocalError demo-failed when it failed
   */
  async finished(): Promise<void> {
    const how = await this.#exited;
    if (this.process.exitCode !== 0) throw this.#failure(how);
  }

  /** Ends it with SIGTERM, or by force if that takes longer than 15 s. */
  async end(): Promise<void> {
    const timer = setTimeout(this.#kill, gentleMs);
    this.process.kill('SIGTERM');
    await this.#exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#kill();
  }
}
