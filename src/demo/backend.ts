import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { itemsOf } from '../otlp/decode.ts';

/** The telemetry backend behind the agent: takes OTLP over HTTP, and remembers which spans arrived how often. */
export class Backend {
  readonly #server: Server;
  readonly #received = new Map<string, Map<number, number>>();
  readonly #newest = new Map<string, number>();

  /** On a port of its own of this machine only. */
  static async open(): Promise<Backend> {
    const backend = new Backend();
    backend.#server.listen(0, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(400).end());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each span of an app arrived, by its number. */
  received(service: string): ReadonlyMap<number, number> {
    return this.#received.get(service) ?? new Map();
  }

  /** The highest number of an app that has arrived; -1 before the first. */
  newest(service: string): number {
    return this.#newest.get(service) ?? -1;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    const bytes = await buffer(body);
    if (request.url === '/v1/traces') this.#count(bytes);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }

  #count(bytes: Uint8Array): void {
    for (const { service, seq } of itemsOf('traces', bytes)) {
      const numbers = this.#received.get(service) ?? new Map<number, number>();
      numbers.set(seq, (numbers.get(seq) ?? 0) + 1);
      this.#received.set(service, numbers);
      this.#newest.set(service, Math.max(seq, this.newest(service)));
    }
  }
}
