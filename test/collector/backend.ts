import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { itemsOf, type Signal } from '../../src/otlp/decode.ts';
import { decompressed } from '../lab/compression.ts';

/** A backend for OTLP over HTTP on a port of its own, which keeps the numbers of all items that it got. */
export class Backend {
  /** In the order of arrival; a number that comes twice is in it twice. */
  readonly seqs: number[] = [];
  /** The header of that name in the last request. */
  authorization: string | undefined;
  readonly #server = createServer((request, response) => {
    this.#accept(request).then(
      () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(),
      () => response.destroy(),
    );
  });

  static async start(): Promise<Backend> {
    const backend = new Backend();
    backend.#server.listen(0, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #accept(request: IncomingMessage): Promise<void> {
    this.authorization = request.headers.authorization;
    const body = await decompressed(await buffer(request), request.headers['content-encoding']);
    const signal = request.url?.split('/').at(-1) as Signal;
    this.seqs.push(...itemsOf(signal, body).map(({ seq }) => seq));
  }

  dispose(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
