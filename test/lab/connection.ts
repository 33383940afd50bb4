import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Place } from './network.ts';

const server = `require('node:net').createServer((socket) => {
  socket.on('error', () => {}).on('data', () => socket.write(process.argv[1] + '\\n'));
}).listen(4318, () => console.log('listening'));`;

/** Answers each line on port 4318 with its name, until the test ends. Resolves when it listens. */
export async function startNamedServer(place: Place, name: string): Promise<ChildProcess> {
  const child = place.spawn(process.execPath, ['-e', server, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout as Readable, 'data');
  return child;
}

const client = `console.log('trying');
const socket = require('node:net').connect(4318, process.argv[1], () => console.log('connected'));
socket.on('error', ({ code }) => console.log(code)).on('close', () => console.log('closed')).pipe(process.stdout);
process.stdin.pipe(socket);`;

/** One TCP connection to port 4318, tried once, and without any limit of time. */
export class Connection {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** `connected`, or the code of the error. */
  readonly outcome: Promise<string>;
  /** It has begun: from here on no outcome means that there is no answer. */
  readonly tried: Promise<string>;

  constructor(place: Place, host: string) {
    this.#process = place.spawn(process.execPath, ['-e', client, host], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#process.stdout as Readable)[Symbol.asyncIterator]();
    this.tried = this.#line();
    this.outcome = this.tried.then(() => this.#line());
  }

  /** The name of the server at the other end. */
  ask(): Promise<string> {
    (this.#process.stdin as Writable).write('?\n');
    return this.#line();
  }

  dispose(): void {
    this.#process.kill('SIGKILL');
  }

  async #line(): Promise<string> {
    return ((await this.#lines.next()) as IteratorResult<string, undefined>).value ?? 'ended';
  }
}
