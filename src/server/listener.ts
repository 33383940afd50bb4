import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { reviewPath } from '../admission/app.ts';
import { deadlineMs, defaultDeadlineMs } from '../admission/deadline.ts';
import { handleReview, type ReviewContext } from '../admission/handler.ts';
import { type CallOutcome, logCall } from '../admission/report.ts';
import type { Log } from '../log.ts';
import { type ByteBudget, readBody } from './body.ts';

export interface ListenerOptions {
  readonly context: ReviewContext;
  /** Answers everything but reviews. */
  readonly app: RequestListener;
  readonly log: Log;
  /** Of one body, in bytes. */
  readonly maxReviewBytes: number;
  /** Shared by all requests of the process. */
  readonly budget: ByteBudget;
  readonly longestMs?: number;
  /** Called once for each call of the review path, after it was answered. */
  readonly onOutcome?: (outcome: CallOutcome, durationMs: number) => void;
}

/**
 * The listener for the webhook's https server. Reviews are answered right here, all else by `app`: sending
 * reviews through express as well costs a third of the throughput.
 */
export function createListener(options: ListenerOptions): RequestListener {
  return (request, response) => {
    const [path, query = ''] = splitUrl(request.url ?? '');
    if (request.method !== 'POST' || path !== reviewPath) return options.app(request, response);
    // Without a listener, the error of a connection that breaks would end the process.
    request.on('error', ignoreBrokenConnection);
    response.on('error', ignoreBrokenConnection);
    answerReview(request, response, query, options).catch((error: unknown) => {
      options.log.error({ err: error }, 'could not answer a request');
      if (!response.headersSent) refuse(request, response, 500, 'an internal error');
    });
  };
}

async function answerReview(
  request: IncomingMessage,
  response: ServerResponse,
  query: string,
  options: ListenerOptions,
): Promise<void> {
  const { context, log, onOutcome, longestMs = defaultDeadlineMs } = options;
  const started = context.now();
  const outcome = await answer(request, response, started + deadlineMs(query, longestMs), options);
  const durationMs = Math.round((context.now() - started) * 1000) / 1000;
  logCall(log, outcome, durationMs);
  onOutcome?.(outcome, durationMs);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  deadline: number,
  { context, maxReviewBytes, budget }: ListenerOptions,
): Promise<CallOutcome> {
  const unsupported = unsupportedBody(request.headers);
  if (unsupported !== undefined) return refuse(request, response, 415, unsupported);
  const withinMs = Math.max(0, deadline - context.now());
  const body = await readBody(request, { maxBytes: maxReviewBytes, withinMs, budget });
  if ('aborted' in body) return { result: 'aborted' };
  if ('refused' in body) return refuse(request, response, body.refused, body.problem);
  try {
    const { status, body: text, outcome } = await handleReview(body.bytes, context, deadline);
    sendJson(response, status, text);
    return outcome;
  } finally {
    body.release();
  }
}

/** The API server sends plain, unpacked JSON; anything else was not sent by one. */
function unsupportedBody(headers: IncomingHttpHeaders): string | undefined {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json') return 'content-type must be application/json';
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) return 'the charset must be utf-8';
  const encoding = headers['content-encoding'] ?? 'identity';
  return encoding.toLowerCase() === 'identity' ? undefined : 'content-encoding is not supported';
}

function sendJson(response: ServerResponse, status: number, text: string): void {
  // As text, head and body leave in one write; as bytes they would be two.
  const length = Buffer.byteLength(text);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': length }).end(text);
}

const lingerMs = 500;

/**
 * Answers a request whose body is not wanted, and gives up the connection.
 *
 * The answer is sent whole at once, but the connection stays open for a moment while the rest of the body is
 * thrown away: closed at once, the kernel would reset it, and the caller might lose the answer.
 * Never says Retry-After: the API server would wait and call again while a pod is being created.
 */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, problem: string): CallOutcome {
  const bytes = Buffer.from(JSON.stringify({ error: problem }));
  const headers = { 'Content-Type': 'application/json', 'Content-Length': bytes.length, Connection: 'close' };
  response.writeHead(status, headers).write(bytes);
  const finish = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, lingerMs);
  request.once('end', finish).once('close', finish).resume();
  if (request.complete && request.readableEnded) finish();
  return { result: 'refused', status, problem };
}

function ignoreBrokenConnection(): void {
  // Nobody is left to answer; the outcome has been or will be counted.
}

function splitUrl(url: string): [path: string, query?: string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}
