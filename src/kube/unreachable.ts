import { ApiError } from './errors.ts';
import type { Call } from './resources.ts';

/** What Node's codes mean to somebody who runs a cluster. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'closed the connection',
  EPIPE: 'closed the connection',
  ETIMEDOUT: 'cannot be reached: no answer from its address',
  EHOSTUNREACH: 'cannot be reached: there is no route to it',
  ENETUNREACH: 'cannot be reached: there is no route to it',
  ENOTFOUND: 'cannot be reached: its name is not known',
  EAI_AGAIN: 'cannot be reached: the name service does not answer',
  CERT_HAS_EXPIRED: 'shows a certificate that has expired',
  CERT_NOT_YET_VALID: 'shows a certificate that is not valid yet (a wrong clock?)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'shows a certificate for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'shows a certificate of an authority that is not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'shows a certificate of an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'shows a certificate of an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'shows a certificate of an authority that is not trusted here',
};

/** An API server that goes away does so in several ways in turn; together they are one failure. */
const awayKey = 'the API server cannot be reached';

/** The error for a call that got no answer, or whose credentials could not even be read. */
export function unreachableError(call: Call, server: string, cause: unknown): ApiError {
  const { code, path, message } = cause as { code?: unknown; path?: unknown; message?: unknown };
  if (typeof code !== 'string') return unreachable(call, `${server} cannot be reached: ${String(message)}`, cause);
  if (typeof path === 'string') return unreachable(call, `${path} cannot be read (${code})`, cause);
  const because = `the API server at ${server} ${words[code] ?? `cannot be reached: ${String(message)}`} (${code})`;
  const isAway = /^E(?!RR_)[A-Z_]+$/.test(code);
  return unreachable(call, because, cause, isAway ? awayKey : because);
}

/** The error for a call that was not answered, or not to its end, in the time given. */
export function timeoutError(call: Call, server: string, withinMs: number): ApiError {
  const because = `the API server at ${server} did not answer within ${withinMs / 1000} s`;
  return unreachable(call, because, undefined, awayKey);
}

function unreachable(call: Call, because: string, cause: unknown, key = because): ApiError {
  return new ApiError(call, { kind: 'unreachable', because, key, cause });
}

/** The error for an answer that is not what the API promises. */
export function unreadableError(call: Call, problem: string, cause?: unknown): ApiError {
  const because = `the answer cannot be understood: ${problem}`;
  return new ApiError(call, { kind: 'unreadable', because, key: `${because} (${call.resource.plural})`, cause });
}

/** The error for a call that was given up by its caller. */
export function stoppedError(call: Call): ApiError {
  return new ApiError(call, { kind: 'stopped', because: 'it was given up', key: 'stopped' });
}
