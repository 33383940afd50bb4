/** What the sink does with each request. */
export type Mode =
  | { readonly kind: 'accept' }
  /** Over gRPC as well: clients make a status of it, as they do with what a proxy answers. */
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Over HTTP the status and header that an OTLP receiver gives for that code. */
  | { readonly kind: 'grpc-status'; readonly code: number; readonly retryInfoSeconds?: number }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Accepts after that time, also when the client is no longer there. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Resets the connection as soon as a request begins. */
  | { readonly kind: 'reset' };

/** What a server is to do with one request. */
export type Answer =
  | 'accepted'
  | 'nothing'
  | { readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly code: number; readonly retryInfoSeconds?: number };

export const grpcCodes = { ok: 0, resourceExhausted: 8, unimplemented: 12, unavailable: 14 } as const;

/** The HTTP status for a gRPC code: https://opentelemetry.io/docs/specs/otlp/#failures-1 */
export function httpStatusFor(code: number): number {
  if (code === grpcCodes.unavailable) return 503;
  return code === grpcCodes.resourceExhausted ? 429 : 500;
}
