import express, { type Express } from 'express';

export interface HealthOptions {
  /** What readiness still waits for, in words for people: `certificate`, `namespaces`. Empty when ready. */
  readonly waitingFor: () => readonly string[];
  /** Prometheus text. */
  readonly metrics?: { readonly text: () => Promise<string>; readonly contentType: string };
}

/**
 * The routes of the metrics port: `/livez` says only that the process answers, `/readyz` whether reviews
 * should be sent to it, and if not, what it waits for; `/metrics` where there are some.
 */
export function createHealthApp({ waitingFor, metrics }: HealthOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const waiting = waitingFor();
    const text = waiting.length === 0 ? 'ok\n' : `not ready, waiting for: ${waiting.join(', ')}\n`;
    response
      .status(waiting.length === 0 ? 200 : 503)
      .type('text/plain')
      .send(text);
  });
  if (metrics) {
    app.get('/metrics', async (_request, response) => {
      response.set('Content-Type', metrics.contentType).send(await metrics.text());
    });
  }
  app.use((_request, response) => {
    response.status(404).json({ error: 'there is nothing here; try /livez, /readyz or /metrics' });
  });
  return app;
}
