import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

export type Mode = 'accept' | 'refuse' | 'hang';

/** What a backend has to be told in addition, so that it can read what it gets: JSON. */
export const readableExporters = `
exporters:
  otlp_http/traces: &readable {encoding: json}
  otlp_http/metrics: *readable
  otlp_http/logs: *readable
`;

interface TraceRequest {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

/** A backend for OTLP over HTTP on a port of its own, which keeps the names of all spans that it accepted. */
export class Backend {
  mode: Mode = 'accept';
  /** In the order of arrival; a name that comes twice is in it twice. */
  readonly spans: string[] = [];
  /** The header of that name in the last request. */
  authorization: string | undefined;
  readonly #server: Server;
  readonly #hanging = new Set<ServerResponse>();

  static async start(mode: Mode = 'accept'): Promise<Backend> {
    const backend = new Backend();
    backend.mode = mode;
    backend.#server.listen(0, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  constructor() {
    this.#server = createServer((request, response) => {
      this.authorization = request.headers.authorization;
      if (this.mode === 'hang') return void this.#hanging.add(response);
      if (this.mode === 'refuse') return void response.writeHead(503).end();
      const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
      this.#accept(body, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #accept(body: Readable, response: ServerResponse): Promise<void> {
    this.spans.push(...spanNames((await json(body)) as TraceRequest));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }

  close(): void {
    for (const response of this.#hanging) response.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

const spanNames = ({ resourceSpans = [] }: TraceRequest): string[] =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)));
