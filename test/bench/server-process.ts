import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender } from './contenders.ts';
import { type FirstAnswer, firstAnswer } from './first-answer.ts';

export interface ServerProcess {
  contender: Contender;
  pid: number;
  port: number;
  /** From spawn to the first accepted TCP connection. */
  listeningMs: number;
  /** From spawn to the end of the first answer, TLS handshake included. */
  answeredMs: number;
  first: FirstAnswer;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a server and has it answer the review once; throws when it ends before, or the answer is wrong. */
export async function startServer(
  contender: Contender,
  review: string,
  pin: readonly string[],
): Promise<ServerProcess> {
  const port = await freePort();
  const line = [...pin, ...contender.command(port, await freePort())];
  const started = performance.now();
  const child = spawn(line[0] ?? '', line.slice(1), { cwd: contender.folder, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
  };
  try {
    const tcp = await connected(port, () => child.exitCode !== null);
    const listeningMs = performance.now() - started;
    const first = await firstAnswer(tcp, review);
    const answeredMs = performance.now() - started;
    return { contender, pid: child.pid ?? 0, port, listeningMs, answeredMs, first, stop };
  } catch (cause) {
    if (child.exitCode === null) await stop();
    const said = cause instanceof Error ? cause.message : String(cause);
    const text = `${contender.name}: ${said}; started in ${contender.folder} as: ${line.join(' ')}`;
    throw new Error(text, { cause });
  }
}

/** Knocks every millisecond, so that the time it took is right to about one. */
async function connected(port: number, hasExited: () => boolean): Promise<Socket> {
  for (const end = performance.now() + 30_000; performance.now() < end; await sleep(1)) {
    if (hasExited()) throw new Error('the process ended before it listened');
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return socket;
    } catch {
      socket.destroy();
    }
  }
  throw new Error('nobody listened within 30 s');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
