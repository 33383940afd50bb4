import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const headerBytes = 12;
/** A response, recursion desired and available, NXDOMAIN: RFC 1035, 4.1.1 */
const noSuchName = 0x8183;

/** The DNS server of the lab. All names that exist stand in /etc/hosts, so it says at once that there is no such name. */
export class NameServer {
  readonly #socket = createSocket('udp4');
  readonly listening: Promise<unknown>;

  constructor(ip: string) {
    this.listening = once(this.#socket, 'listening');
    this.#socket.on('message', (query, { port, address }) => this.#socket.send(answerTo(query), port, address));
    this.#socket.bind(53, ip).unref();
  }

  close(): void {
    this.#socket.close();
  }
}

/** The answer to a query with one question, which it repeats. */
export function answerTo(query: Buffer): Buffer {
  let end = headerBytes;
  while (end < query.length && query[end] !== 0) end += Number(query[end]) + 1;
  // Behind the name: its last, empty label, a type and a class.
  const answer = Buffer.from(query.subarray(0, end + 5));
  answer.writeUInt16BE(noSuchName, 2);
  // One question, and nothing in the other three sections.
  answer.writeUInt32BE(0x10000, 4);
  answer.writeUInt32BE(0, 8);
  return answer;
}
