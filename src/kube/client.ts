import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Credentials } from './credentials.ts';
import { answerError, ApiError } from './errors.ts';
import { type Call, methods, pathOf } from './resources.ts';
import { stoppedError, timeoutError, unreachableError, unreadableError } from './unreachable.ts';

// The API server closes idle connections after 90 s; ending them earlier here keeps requests off dying ones.
const idleConnectionMs = 60_000;
const defaultWithinMs = 10_000;

export interface CallLimits {
  readonly signal?: AbortSignal;
  /** For the whole answer. 10 s where not given. */
  readonly withinMs?: number;
}

/**
 * Requests to the API server as plain JSON, so that fields newer than this program survive.
 *
 * Connections are kept and shared, which the client of @kubernetes/client-node 2.0.1 does not do: of that, loading and
 * applying credentials is used. HTTP/1.1 on purpose: a request given up takes its connection with it, so that one gone
 * silent is never used twice, and watches don't share the fate of one connection.
 */
export class ApiClient {
  readonly #credentials: Credentials;
  readonly #userAgent: string;
  readonly #agent: HttpAgent;
  readonly #request: typeof httpsRequest;

  constructor(credentials: Credentials, userAgent: string) {
    this.#credentials = credentials;
    this.#userAgent = userAgent;
    const plain = credentials.server.startsWith('http:');
    const keeping = { keepAlive: true, keepAliveMsecs: 30_000, timeout: idleConnectionMs };
    this.#agent = plain ? new HttpAgent(keeping) : new HttpsAgent(keeping);
    this.#request = plain ? httpRequest : httpsRequest;
  }

  /** The address, for messages. */
  get server(): string {
    return this.#credentials.server;
  }

  /**
   * The answer to a call, parsed.
   *
   * @throws ApiError
   */
  async request<T = unknown>(call: Call, { signal, withinMs = defaultWithinMs }: CallLimits = {}): Promise<T> {
    const limit = new AbortController();
    const giveUp = () => limit.abort();
    const timer = setTimeout(giveUp, withinMs);
    signal?.addEventListener('abort', giveUp);
    try {
      if (signal?.aborted === true) throw stoppedError(call);
      const body = await text(await this.open(call, limit.signal)).catch((cause: unknown) => {
        throw unreachableError(call, this.server, cause);
      });
      return parseJson(call, body) as T;
    } catch (error) {
      if (signal?.aborted === true) throw stoppedError(call);
      if (!limit.signal.aborted) throw error;
      this.#dropIdleConnections();
      throw timeoutError(call, this.server, withinMs);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * The answer as it comes in, once its status says success. No time limit: the caller has the signal, which goes on
   * to end the answer too.
   *
   * @throws ApiError
   */
  async open(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#send(call, signal);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const body = await text(response).catch(() => '');
    if (status === 401) this.#credentials.refresh();
    throw answerError(call, status, body, response.headers['retry-after']);
  }

  /** Ends all connections, with the calls on them. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    try {
      const options = await this.#optionsFor(call, signal);
      return await this.#attempt(call, options);
    } catch (cause) {
      throw cause instanceof ApiError ? cause : unreachableError(call, this.server, cause);
    }
  }

  async #optionsFor(call: Call, signal: AbortSignal): Promise<RequestOptions> {
    const { headers, ...tls } = await this.#credentials.requestOptions();
    const type = call.verb === 'patch' ? 'application/json-patch+json' : 'application/json';
    return {
      agent: this.#agent,
      ...tls,
      method: methods[call.verb],
      headers: {
        ...(headers as Record<string, string>),
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...(call.body !== undefined && { 'content-type': type }),
      },
      signal,
    };
  }

  #attempt(call: Call, options: RequestOptions): Promise<IncomingMessage> {
    const url = this.server + pathOf(call);
    return new Promise((resolve, reject) => {
      const request = this.#request(url, options);
      let answered = false;
      request.once('response', (response) => {
        answered = true;
        // Whoever reads it learns of errors by reading; without a listener, one in between would end the process.
        response.on('error', () => undefined);
        resolve(response);
      });
      // Stays: an error can come after the response, too.
      request.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection may end just as it is used again. Only reads may be repeated.
        const again = !answered && request.reusedSocket && error.code === 'ECONNRESET' && options.method === 'GET';
        if (again) resolve(this.#attempt(call, options));
        else reject(error);
      });
      request.end(call.body === undefined ? undefined : JSON.stringify(call.body));
    });
  }

  /** After a timeout: the other connections kept may be as dead as that one. */
  #dropIdleConnections(): void {
    for (const socket of Object.values(this.#agent.freeSockets).flat()) socket?.destroy();
  }
}

function parseJson(call: Call, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw unreadableError(call, 'it is not JSON', cause);
  }
}
