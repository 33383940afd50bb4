import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, writeFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const gentleMs = 5000;

/** A program in the background, with its output in a file of `folder` and its process id in another. */
export class Child {
  readonly name: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  /** Its exit code; null where a signal ended it, or it could not be started. */
  readonly exited: Promise<number | null>;

  /** @param env in the place of this process's own */
  constructor(folder: string, name: string, command: string, args: readonly string[], env?: NodeJS.ProcessEnv) {
    this.name = name;
    this.#folder = folder;
    const log = openSync(this.logFile, 'a');
    this.#process = spawn(command, args, { stdio: ['ignore', log, log], ...(env && { env }) });
    closeSync(log);
    this.exited = once(this.#process, 'exit').then(
      ([code]: (number | null)[]) => code ?? null,
      () => null,
    );
    const pidFile = path.join(folder, `${name}.pid`);
    writeFileSync(pidFile, String(this.#process.pid ?? ''));
    void this.exited.then(() => rmSync(pidFile, { force: true }));
  }

  get logFile(): string {
    return path.join(this.#folder, `${this.name}.log`);
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null && this.#process.pid !== undefined;
  }

  /** The last lines that it wrote. */
  async logTail(lines = 15): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-lines).join('\n');
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it, by force if it takes longer than five seconds. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.running) return;
    this.signal('SIGCONT');
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), gentleMs);
    await this.exited;
    clearTimeout(timer);
  }
}

/**
 * Sees to it that nothing is left of a folder and of the processes whose ids stand in its .pid files, however this
 * process ends: a shell waits for the other end of a pipe to close, which the kernel does in any case.
 */
export function guard(folder: string): { release: () => Promise<void> } {
  const script = 'cat >/dev/null; for f in "$1"/*.pid; do [ -f "$f" ] && kill -9 "$(cat "$f")"; done; rm -rf "$1"';
  const shell = spawn('sh', ['-c', script, 'guard', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const gone = once(shell, 'exit');
  shell.unref();
  return {
    release: async () => {
      shell.ref();
      shell.stdin.end();
      await gone;
    },
  };
}
