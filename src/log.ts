import { pino } from 'pino';

/** Where log lines go; written synchronously, so that nothing is lost when the process ends. */
export interface LogDestination {
  write(line: string): unknown;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes one line: fields first, then a constant message, so that lines of one kind can be found. */
type WriteLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export interface Log {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
}

const longestText = 300;

/**
 * A logger that writes one JSON object a line: level as a word, time as RFC 3339, a constant `msg` and fields.
 *
 * There is no list of fields to redact: environment values, pods and request bodies are never passed to it.
 */
export function createLog(destination: LogDestination, level: LogLevel = 'info'): Log {
  return pino(
    {
      level,
      base: null,
      timestamp,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    { write: (line) => void destination.write(line) },
  );
}

let lastTime = { ms: 0, text: '' };

/** Under load several lines share a millisecond, and formatting it costs as much as the rest of the line. */
function timestamp(): string {
  const ms = Date.now();
  if (ms !== lastTime.ms) lastTime = { ms, text: `,"time":"${new Date(ms).toISOString()}"` };
  return lastTime.text;
}

/**
 * What of an error may be logged: its name, code, the first line of its message and where it was thrown.
 *
 * Libraries put what they were working on into the rest: fast-json-patch prints the whole document below the
 * first line of the message and keeps it as a property, so neither is passed on.
 */
export function describeError(error: unknown): Record<string, string> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: clip(firstLine(error.message)),
    stack: stackFrames(error.stack).join('\n'),
    ...(error.cause instanceof Error && { cause: clip(firstLine(error.cause.message)) }),
  };
}

/** The text, cut to a length that suits a log line: names in a request can be as long as the request. */
export function clip(text: string, longest = longestText): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function stackFrames(stack: string | undefined): string[] {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10);
}
