import { STATUS_CODES } from 'node:http';
import { type Call, describeCall } from './resources.ts';

/**
 * Why a call failed. `busy`: the API server asks to come back later. `answer`: with another status. `unreachable`: without an answer. `unreadable`: with an answer
 * that is not what the API promises. `stopped`: by us.
 */
export type FailureKind =
  | 'forbidden'
  | 'unauthorized'
  | 'not-found'
  | 'conflict'
  | 'gone'
  | 'busy'
  | 'answer'
  | 'unreachable'
  | 'unreadable'
  | 'stopped';

interface Failure {
  readonly kind: FailureKind;
  readonly because: string;
  /** Equal for failures that a person would call the same. */
  readonly key: string;
  /** How long the API server asks to wait. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A call to the API server that failed, in words: "cannot list namespaces: forbidden for …: grant verb list on …". */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: FailureKind;
  readonly key: string;
  readonly retryAfterMs: number;

  constructor(call: Call, failure: Failure) {
    super(`cannot ${describeCall(call)}: ${failure.because}`, { cause: failure.cause });
    this.kind = failure.kind;
    this.key = failure.key;
    this.retryAfterMs = failure.retryAfterMs ?? 0;
  }
}

const kinds: Readonly<Record<number, FailureKind>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  410: 'gone',
  429: 'busy',
  503: 'busy',
};

/**
 * The error for an answer that is not a success. `body` is the API server's Status object, or whatever a proxy in
 * between has put in its place.
 */
export function answerError(call: Call, status: number, body: string, retryAfter?: string): ApiError {
  const kind = kinds[status] ?? 'answer';
  const seconds = Number(retryAfter);
  return new ApiError(call, {
    kind,
    ...explain(kind, call, status, statusMessage(body)),
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
  });
}

function explain(kind: FailureKind, call: Call, status: number, message: string): { because: string; key: string } {
  if (kind === 'unauthorized') {
    return { because: "the API server does not accept the client's credentials (401)", key: 'unauthorized' };
  }
  const lacking = kind === 'forbidden' ? missingPermission(call, message) : undefined;
  // Without the object's name: a reader of a hundred ConfigMaps lacks one permission, not a hundred.
  if (lacking !== undefined) return { because: lacking, key: `forbidden ${call.verb} ${call.resource.plural}` };
  const because = `the API server answered ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const key = status >= 500 || kind === 'busy' ? because : `${because} to ${describeCall(call)}`;
  return { because: message === '' ? because : `${because}: ${message}`, key };
}

/** Undefined when it is forbidden for another reason: a namespace that ends, an admission plugin. */
function missingPermission({ verb, resource, namespace }: Call, message: string): string | undefined {
  const user = /User "([^"]+)" cannot \w+ resource/.exec(message)?.[1];
  if (user === undefined) return undefined;
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  const who = account === null ? `the user ${user}` : `the ServiceAccount ${account[1]}/${account[2]}`;
  const group = resource.group === '' ? '' : ` of API group ${resource.group}`;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  return `forbidden for ${who}: grant verb ${verb} on resource ${resource.plural}${group}${where}`;
}

function statusMessage(body: string): string {
  let text = body;
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') text = message;
  } catch {
    // Not from the API server itself; its first line is the best there is.
  }
  return text.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
