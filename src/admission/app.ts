import express, { type ErrorRequestHandler, type Express } from 'express';

/** The one path that API servers call; every installed hook configuration names it. */
export const reviewPath = '/mutate-pods';

/**
 * Answers every request that is not a review: wrong method, wrong path, a path that cannot be decoded. All
 * answers are JSON with an `error` for people.
 *
 * Reviews themselves never come here: express would cost them a third of the throughput (src/server/listener.ts).
 */
export function createApp(): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  app.all(reviewPath, (request, response, next) => {
    if (request.method === 'POST') return next();
    response
      .status(405)
      .set('Allow', 'POST')
      .json({ error: `${reviewPath} takes POST only` });
  });
  app.use((_request, response) => {
    response.status(404).json({ error: `there is nothing here; reviews go to POST ${reviewPath}` });
  });
  app.use(answerError);
  return app;
}

/** Express tells an error handler by its four parameters. Without one it would print the error by itself. */
const answerError: ErrorRequestHandler = (error: { status?: unknown }, _request, response, next) => {
  if (response.headersSent) return next(error);
  const status = typeof error.status === 'number' && error.status < 500 ? error.status : 500;
  response.status(status).json({ error: status < 500 ? 'the request cannot be read' : 'an internal error' });
};
