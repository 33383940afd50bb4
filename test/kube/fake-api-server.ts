import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { makeAuthority, makeServing } from '../certs/pairs.ts';
import { FakeStore } from './fake-store.ts';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

/** Answers in place of the fake: true when it has, or will never. */
type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export const authority = makeAuthority({ now: new Date() });
const pair = makeServing(authority, { now: new Date() });

/**
 * An API server of its own making, over TLS on a port of 127.0.0.1: lists, watches with history, creates and JSON
 * patches of any kind of object, and every way to fail that a test asks for. Counts connections.
 */
export class FakeApiServer {
  readonly store = new FakeStore();
  readonly requests: SeenRequest[] = [];
  /** All that were ever made. */
  connections = 0;
  /** The only token let in; undefined lets in everybody. */
  token: string | undefined;
  intercept: Intercept = () => false;
  /** Before each answer. */
  delayMs = 0;
  readonly #open = new Set<Socket>();
  readonly #watching = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<FakeApiServer> {
    const fake = new FakeApiServer();
    await fake.resume();
    return fake;
  }

  get port(): number {
    return this.#port;
  }

  get openConnections(): number {
    return this.#open.size;
  }

  get openWatches(): number {
    return this.#watching.size;
  }

  /** Requests whose method and path match, as "GET /api/v1/namespaces?watch=true". */
  count(pattern: RegExp): number {
    return this.requests.filter(({ method, url }) => pattern.test(`${method} ${url}`)).length;
  }

  /** Starts listening (again), on the same port as before. */
  async resume(): Promise<void> {
    this.#server = createServer({ cert: pair.certificatePem, key: pair.privateKeyPem, keepAliveTimeout: 90_000 });
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#open.add(socket);
      socket.on('close', () => this.#open.delete(socket)).on('error', () => undefined);
    });
    this.#server.on('tlsClientError', () => undefined);
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on, and breaks those there are. */
  async pause(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    this.breakConnections();
    await closed;
  }

  breakConnections(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Ends the watches as a server does whose time is over; with `last` as the last thing they hear. */
  endWatches(last = ''): void {
    for (const response of this.#watching) response.end(last);
  }

  /** Breaks the watches in the middle of a line. */
  cutWatches(): void {
    for (const response of this.#watching) {
      response.write('{"type":"ADDED","object":{"metadata":{"name":"half');
      setImmediate(() => response.destroy());
    }
  }

  /** Sends a line to the watches, whatever it is. */
  tell(line: string): void {
    for (const response of this.#watching) response.write(`${line}\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.requests.push({ method, url, authorization: request.headers.authorization });
    if (this.intercept(request, response)) return;
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    if (this.token !== undefined && request.headers.authorization !== `Bearer ${this.token}`) {
      return reply(response, 401, { kind: 'Status', message: 'Unauthorized' });
    }
    const { pathname, searchParams } = new URL(url, 'https://fake');
    if (searchParams.get('watch') === 'true') return this.#watch(pathname, searchParams, response);
    const { status, body } = this.store.answer(method, pathname, searchParams, await text(request));
    reply(response, status, body);
  }

  #watch(pathname: string, parameters: URLSearchParams, response: ServerResponse): void {
    const from = Number(parameters.get('resourceVersion'));
    const name = parameters.get('fieldSelector')?.replace('metadata.name=', '');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < this.store.oldestVersion) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      return void response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    }
    this.#watching.add(response);
    const unsubscribe = this.store.follow(pathname, name, from, (event) => {
      if (!response.writableEnded) response.write(`${JSON.stringify(event)}\n`);
    });
    response.on('close', () => {
      unsubscribe();
      this.#watching.delete(response);
    });
  }
}

export function reply(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
