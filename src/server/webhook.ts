import { createServer as createHttpServer } from 'node:http';
import { createApp } from '../admission/app.ts';
import type { ReviewContext } from '../admission/handler.ts';
import type { CallOutcome } from '../admission/report.ts';
import type { Log } from '../log.ts';
import { ByteBudget } from './body.ts';
import { createHealthApp, type HealthOptions } from './health.ts';
import { createListener } from './listener.ts';
import {
  closeServer,
  createDrain,
  createWebhookServer,
  listen,
  type ServingCertificate,
  setCertificate,
  stopServer,
} from './server.ts';

export interface WebhookOptions {
  readonly context: ReviewContext;
  readonly log: Log;
  readonly server: {
    readonly port: number;
    readonly metricsPort: number;
    readonly maxReviewSize: number;
    readonly maxBufferedSize: number;
    readonly requestTimeout: { readonly ms: number };
    readonly keepAlive: { readonly ms: number };
  };
  /** May follow later, by `setCertificate`. */
  readonly certificate?: ServingCertificate;
  /** What readiness waits for, besides not being told to stop. */
  readonly waitingFor: () => readonly string[];
  readonly metrics?: HealthOptions['metrics'];
  readonly onOutcome?: (outcome: CallOutcome, durationMs: number) => void;
}

export interface Webhook {
  readonly port: number;
  readonly metricsPort: number;
  readonly setCertificate: (certificate: ServingCertificate) => void;
  /** Resolves when both ports are closed; see `stopServer`. */
  readonly stop: (drainMs: number) => Promise<void>;
}

/** Starts the webhook's two listeners: reviews over TLS, health and metrics in clear text. */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  const { context, log, server, certificate, waitingFor, metrics, onOutcome } = options;
  const drain = createDrain(
    createListener({
      context,
      app: createApp(),
      log,
      maxReviewBytes: server.maxReviewSize,
      budget: new ByteBudget(server.maxBufferedSize),
      longestMs: server.requestTimeout.ms,
      ...(onOutcome && { onOutcome }),
    }),
  );
  const webhook = createWebhookServer(drain.listener, certificate, server.keepAlive.ms);
  webhook.on('tlsClientError', (err) => log.debug({ err }, 'a TLS handshake failed'));
  const health = createHttpServer(
    createHealthApp({
      waitingFor: () => (drain.draining() ? ['the end: it is shutting down'] : waitingFor()),
      ...(metrics && { metrics }),
    }),
  );
  const metricsPort = await listen(health, server.metricsPort, 'metrics and health');
  const port = await listen(webhook, server.port, 'the webhook').catch(async (error: unknown) => {
    await closeServer(health);
    throw error;
  });
  return {
    port,
    metricsPort,
    setCertificate: (pair) => setCertificate(webhook, pair),
    stop: async (drainMs) => {
      await stopServer(webhook, drain, drainMs);
      await closeServer(health);
    },
  };
}
