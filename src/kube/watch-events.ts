import type { ApiClient } from './client.ts';
import { answerError, ApiError } from './errors.ts';
import type { Call, KubeObject } from './resources.ts';
import { timeoutError, unreadableError } from './unreachable.ts';

/** One line of a watch: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

export interface WatchLimits {
  /** Ends the watch, quietly. */
  readonly signal: AbortSignal;
  /** How long the API server may take to answer at all. */
  readonly answerMs: number;
  /** Silence after which the connection counts as dead. */
  readonly quietMs: number;
  /** Called when the API server answers with success and with each piece of data after that. */
  readonly onContact: () => void;
}

/**
 * The events of one watch, until it ends: whether the API server ends it, the connection breaks or goes silent, or
 * the signal comes makes no difference to who reads them. A line cut short is left out: the next watch begins before.
 *
 * @throws ApiError when there is no successful answer, for an ERROR event (`gone`: list anew), for what is no event
 */
export async function* watchEvents(client: ApiClient, call: Call, limits: WatchLimits): AsyncGenerator<WatchEvent> {
  const ending = new AbortController();
  const end = () => ending.abort();
  limits.signal.addEventListener('abort', end);
  const unanswered = setTimeout(end, limits.answerMs);
  let silence: NodeJS.Timeout | undefined;
  try {
    if (limits.signal.aborted) return;
    const response = await client.open(call, ending.signal).catch((error: unknown) => {
      const late = ending.signal.aborted && !limits.signal.aborted;
      throw late ? timeoutError(call, client.server, limits.answerMs) : error;
    });
    clearTimeout(unanswered);
    silence = setTimeout(end, limits.quietMs);
    response.setEncoding('utf8');
    limits.onContact();
    for await (const line of linesOf(call, response)) {
      silence.refresh();
      limits.onContact();
      if (line !== '') yield parseEvent(call, line);
    }
  } catch (error) {
    // An error that is not of our own making is the end of the connection.
    if (error instanceof ApiError && !limits.signal.aborted) throw error;
  } finally {
    clearTimeout(unanswered);
    clearTimeout(silence);
    limits.signal.removeEventListener('abort', end);
    end();
  }
}

// An object is at most 3 MiB on its way in. What is longer is no watch, and must not fill the memory.
const longestLine = 16 * 1024 * 1024;

/** Whole lines as they come in; an empty one for a piece that ends none. */
async function* linesOf(call: Call, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine)
      throw unreadableError(call, `a line of the watch has more than ${longestLine} characters`);
    yield* lines.length > 0 ? lines : [''];
  }
}

function parseEvent(call: Call, line: string): WatchEvent {
  const { type, object } = parseLine(call, line) ?? {};
  if (type === 'ERROR') throw answerError(call, object?.code ?? 500, JSON.stringify(object ?? {}));
  if (typeof type !== 'string' || typeof object?.metadata?.resourceVersion !== 'string') {
    throw unreadableError(call, 'a line of the watch is no event');
  }
  return { type: type as WatchEvent['type'], object };
}

type Line = { type?: string; object?: KubeObject & { code?: number } } | null;

function parseLine(call: Call, line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw unreadableError(call, 'a line of the watch is not JSON', cause);
  }
}
