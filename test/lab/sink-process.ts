/** The process of a sink, in the network of its pod; sink.ts talks with it over IPC. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Receiver } from './receiver.ts';
import { grpcServer } from './sink-grpc.ts';
import { httpServer } from './sink-http.ts';
import type { Mode } from './sink-mode.ts';

const receiver = new Receiver();
const sockets = new Set<Socket>();
let close = () => {};

async function open(): Promise<void> {
  const http = httpServer(receiver);
  const grpc = grpcServer(receiver, (port) => reset(({ remotePort }) => remotePort === port));
  for (const server of [http, grpc]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    });
  }
  close = () => {
    http.close();
    grpc.close();
  };
  await Promise.all([once(http.listen(4318), 'listening'), once(grpc.listen(4317), 'listening')]);
}

function reset(which: (socket: Socket) => boolean): void {
  for (const socket of [...sockets].filter(which)) socket.resetAndDestroy();
}

const calls = {
  setMode: (mode: Mode) => void (receiver.mode = mode),
  disappear: () => {
    close();
    reset(() => true);
  },
  return: open,
  ledger: () => receiver.records.received,
  counts: () => receiver.records.counts,
  resources: () => receiver.records.resources,
  points: () => receiver.records.points,
} as const;

export type Calls = typeof calls;
export interface Call {
  readonly id: number;
  readonly name: keyof Calls;
  readonly argument?: unknown;
}
export interface Result {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

process.on('message', ({ id, name, argument }: Call) => {
  const call = calls[name] as (argument: unknown) => unknown;
  Promise.resolve(call(argument)).then(
    (value) => send({ id, value }),
    (error: Error) => send({ id, error: error.message }),
  );
});
process.on('disconnect', () => process.exit());
await open();
send({ id: 0 });

function send(result: Result): void {
  process.send?.(result);
}
