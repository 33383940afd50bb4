import express, { type Express } from 'express';

/** What readiness still waits for, in words for people: `certificate`, `namespaces`. Empty when ready. */
export type WaitingFor = () => readonly string[];

/**
 * The routes for the kubelet, on the metrics port: `/livez` says that the process answers, `/readyz` whether
 * reviews should be sent to it, and if not, what it waits for.
 */
export function createHealthApp(waitingFor: WaitingFor): Express {
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
  app.use((_request, response) => {
    response.status(404).json({ error: 'there is nothing here; try /livez or /readyz' });
  });
  return app;
}
