import { once } from 'node:events';
import type { RequestListener, Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodelocalError } from '../errors.ts';

export interface ServingCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

// API servers keep idle connections for 90 s. Whoever closes first must not be us: a review sent into a closing
// connection is never sent again, and its pod stays as it is.
const defaultKeepAliveMs = 120_000;
const handshakeMs = 10_000;

/**
 * The https server for reviews, not yet listening: HTTP/1.1 over TLS 1.3, or 1.2 where the caller has no newer.
 *
 * @param certificate may follow later, by `setCertificate`; until then no handshake succeeds
 * @param keepAliveMs how long an idle connection stays open: longer than the 90 s of the API server
 */
export function createWebhookServer(
  listener: RequestListener,
  certificate: ServingCertificate | undefined,
  keepAliveMs: number = defaultKeepAliveMs,
): HttpsServer {
  const tls = { ...tlsOptions(certificate), handshakeTimeout: handshakeMs };
  // Node asks for this order: a request's headers may take longer than the idle time, the whole request longer still.
  const timeouts = {
    keepAliveTimeout: keepAliveMs,
    headersTimeout: keepAliveMs + 5000,
    requestTimeout: keepAliveMs + 10_000,
  };
  return createHttpsServer({ ...tls, ...timeouts }, listener);
}

/**
 * Serves another certificate from the next handshake on. Open connections stay, with the certificate they began with.
 *
 * @throws when the key is not the certificate's own; the old certificate then stays
 */
export function setCertificate(server: HttpsServer, certificate: ServingCertificate): void {
  server.setSecureContext(tlsOptions(certificate));
}

/** Whole each time: `setSecureContext` falls back to Node's defaults for what it is not given. */
function tlsOptions(certificate: ServingCertificate | undefined): SecureContextOptions {
  const pair = certificate && { cert: certificate.certificatePem, key: certificate.privateKeyPem };
  return { ...pair, minVersion: 'TLSv1.2' };
}

/**
 * Starts to listen on all addresses, of both IP families where there are two; port 0 takes any free one.
 *
 * @returns the port
 * @throws NodelocalError listen-failed, naming the port and what it is for
 */
export async function listen(server: HttpServer, port: number, purpose: string): Promise<number> {
  try {
    server.listen(port);
    await once(server, 'listening');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NodelocalError('listen-failed', `cannot open port ${port} for ${purpose}: ${reason}`, { cause });
  }
  return (server.address() as AddressInfo).port;
}

export interface Drain {
  /** True from the start of the drain: readiness must say no. */
  readonly draining: () => boolean;
  readonly listener: RequestListener;
  readonly start: () => void;
}

/**
 * Wraps a listener so that, once draining, every answer says `Connection: close`. Callers then leave one by one,
 * each between two requests; closing their connections ourselves loses the reviews that are on the way.
 */
export function createDrain(listener: RequestListener): Drain {
  let draining = false;
  return {
    draining: () => draining,
    start: () => {
      draining = true;
    },
    listener: (request, response) => {
      if (draining) response.setHeader('Connection', 'close');
      listener(request, response);
    },
  };
}

const lastRequestsMs = 2000;

/**
 * Ends a server without losing a request: keeps answering for `drainMs` while callers learn to go elsewhere, then
 * closes idle connections, waits for the requests under way, and at last breaks off what is still open.
 *
 * Never call `server.close()` first: it closes idle connections at once.
 */
export async function stopServer(server: HttpServer, drain: Drain, drainMs: number): Promise<void> {
  drain.start();
  await sleep(drainMs);
  await closeServer(server);
}

/** Closes a server: idle connections now, busy ones when they have been answered, or after two seconds. */
export async function closeServer(server: HttpServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
  await closed;
  clearTimeout(timer);
}
