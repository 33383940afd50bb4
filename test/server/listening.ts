import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { createApp } from '../../src/admission/app.ts';
import type { CallOutcome } from '../../src/admission/report.ts';
import { ByteBudget } from '../../src/server/body.ts';
import { createListener, type ListenerOptions } from '../../src/server/listener.ts';
import { context, recordedLog } from '../admission/context.ts';

/** The combined listener with all its parts, and what it reported. */
export function listenerForTest(changes: Partial<ListenerOptions> = {}) {
  const outcomes: CallOutcome[] = [];
  const recorded = recordedLog();
  const budget = new ByteBudget(64 * 1024 * 1024);
  const listener = createListener({
    context: context({ now: () => performance.now() }),
    app: createApp(),
    log: recorded.log,
    maxReviewBytes: 20 * 1024 * 1024,
    budget,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...changes,
  });
  return { listener, outcomes, budget, ...recorded };
}

/** Over plain HTTP, for requests that no HTTP client would send. */
export async function serverForTest(changes: Partial<ListenerOptions> = {}) {
  const parts = listenerForTest(changes);
  const server: Server = createServer(parts.listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { ...parts, port, stop };
}

export function open(port: number): Socket {
  return connect(port, '127.0.0.1').on('error', () => {});
}

/** All that the server says until it closes the connection. */
export async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text;
}
