import type { IncomingMessage } from 'node:http';

/** Bytes that may be held in memory by all requests together. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#used + bytes <= this.#limit;
  }

  /** False, and nothing taken, when there is no room. */
  take(bytes: number): boolean {
    if (!this.hasRoomFor(bytes)) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }

  get used(): number {
    return this.#used;
  }
}

export interface BodyLimits {
  readonly maxBytes: number;
  readonly withinMs: number;
  readonly budget: ByteBudget;
}

export type Body =
  /** `release` gives the bytes back to the budget: call it once, when the body is no longer needed. */
  | { readonly bytes: Buffer; readonly release: () => void }
  | { readonly refused: 408 | 413 | 503; readonly problem: string }
  | { readonly aborted: true };

type Refusal = Extract<Body, { refused: number }>;

/**
 * The whole body of a request, or why it was not read: too large (by its declared or its real length), too
 * slow, no room, or the caller went away. Never rejects. After a refusal the rest of the body is still
 * unread: see `refuse` in listener.ts.
 */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Body> {
  const refusal = declaredTooLarge(request, limits);
  if (refusal !== undefined) return Promise.resolve(refusal);
  const { promise, resolve } = Promise.withResolvers<Body>();
  const chunks: Buffer[] = [];
  let taken = 0;

  const settle = (body: Body): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onClose);
    if (!('bytes' in body)) limits.budget.give(taken);
    resolve(body);
  };
  const onData = (chunk: Buffer): void => {
    if (taken + chunk.length > limits.maxBytes) return settle(tooLarge(limits));
    if (!limits.budget.take(chunk.length)) return settle(noRoom());
    taken += chunk.length;
    chunks.push(chunk);
  };
  const onEnd = (): void => {
    const [first] = chunks;
    const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, taken);
    settle({ bytes, release: () => limits.budget.give(taken) });
  };
  const onClose = (): void => settle({ aborted: true });
  const timer = setTimeout(() => settle(tooSlow(limits)), limits.withinMs);
  request.on('data', onData).on('end', onEnd).on('close', onClose);
  return promise;
}

function declaredTooLarge(request: IncomingMessage, limits: BodyLimits): Refusal | undefined {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.maxBytes) return tooLarge(limits);
  return limits.budget.hasRoomFor(declared) ? undefined : noRoom();
}

const tooLarge = ({ maxBytes }: BodyLimits): Refusal => ({
  refused: 413,
  problem: `the body exceeds ${maxBytes} bytes`,
});
const noRoom = (): Refusal => ({ refused: 503, problem: 'too many bytes in other requests; nothing was decided' });
const tooSlow = ({ withinMs }: BodyLimits): Refusal => ({
  refused: 408,
  problem: `the body was not complete within ${Math.round(withinMs)} ms`,
});
