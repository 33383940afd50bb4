import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';

export interface RestAnswer {
  readonly status: number;
  /** Parsed; the text itself where it is not JSON. */
  readonly body: unknown;
  readonly warnings: readonly string[];
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Raw requests to an API server, as one user. */
export class Rest {
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent;

  constructor(url: string, caPem: string, token: string) {
    this.#url = url;
    this.#token = token;
    this.#agent = new Agent({ ca: caPem, keepAlive: true });
  }

  /** The answer, whatever its status; rejects only where there is none. `patch` is for PATCH: merge where not given. */
  async send(
    method: Method,
    path: string,
    body?: unknown,
    patch: keyof typeof patchTypes = 'merge',
  ): Promise<RestAnswer> {
    const type = method === 'PATCH' ? patchTypes[patch] : 'application/json';
    const headers = { authorization: `Bearer ${this.#token}`, accept: 'application/json', 'content-type': type };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url + path, { agent: this.#agent, method, headers, timeout: 60_000 });
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} in 60 s`)));
      sent.on('error', reject);
      sent.on('response', (response) => {
        const warnings = [response.headers['warning'] ?? []].flat();
        text(response).then((raw) => resolve({ status: response.statusCode ?? 0, body: parse(raw), warnings }), reject);
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The body of an answer with a status below 400; a sentence for any other. */
  async call<T = Record<string, unknown>>(
    method: Method,
    path: string,
    body?: unknown,
    patch?: keyof typeof patchTypes,
  ): Promise<T> {
    const answer = await this.send(method, path, body, patch);
    if (answer.status < 400) return answer.body as T;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
