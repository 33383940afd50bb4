import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadJob, LoadReply, LoadResult } from './load.ts';

export interface LoadGenerator {
  run(job: LoadJob): Promise<LoadResult>;
  stop(): void;
}

/** Starts the load generator; `pin` is the command that keeps it on its core, or nothing. */
export function startLoadGenerator(pin: readonly string[]): LoadGenerator {
  const script = fileURLToPath(new URL('load.ts', import.meta.url));
  const [command, ...args] = [...pin, process.execPath, script];
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return { run: (job) => ask(child, job), stop: () => void child.kill('SIGKILL') };
}

async function ask(child: ChildProcess, job: LoadJob): Promise<LoadResult> {
  const answered = once(child, 'message');
  child.send(job);
  const [reply]: LoadReply[] = await answered;
  if (reply === undefined) throw new Error('the load generator gave no answer');
  if ('error' in reply) throw new Error(`${reply.error} (with ${job.connections} connections, ${job.reviewFile})`);
  return reply.result;
}
