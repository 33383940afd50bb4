import { backoffs, cppBackoff } from './backoffs.ts';
import { transportOf } from './language.ts';
import type { Language, Protocol } from './language.ts';
import type { DroppedModel, Profile } from './profile.ts';
import { seconds } from './quantity.ts';

export type { Language, Protocol } from './language.ts';
export type { Profile } from './profile.ts';

const tenSeconds = seconds(10);
const unknown: DroppedModel = { kind: 'unknown' };
const untilTimeout: DroppedModel = { kind: 'connect', limit: 'all', retried: true };
const oneConnect: DroppedModel = { kind: 'connect', limit: 'all', retried: false };
const retried = { retried: true } as const;
const neverRetried = { retried: false } as const;
const wholeTimeout = { endsBy: 'otlp-timeout', flushEndsBy: 'otlp-timeout' } as const;
const nothingHelps = 'No variable makes this exporter retry; only an agent that is always there helps.';

const java = {
  language: 'java',
  minimum: 'SDK 1.41, javaagent 2.7',
  timeout: {
    unit: 'ms',
    readsSuffix: true,
    default: tenSeconds,
    why: 'It bounds the whole sequence. Refused, the five attempts end after 8 s whatever it is; unanswered, 60 s leave time for all five (each waits 10 s for a connection).',
  },
  aim: { kind: 'target', ceiling: seconds(60) },
  backoff: backoffs.java,
  retrySwitch: { name: 'OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED', unset: 'on', values: { true: 'off', false: 'on' } },
  refused: retried,
  dropped: { kind: 'connect', limit: tenSeconds, retried: true },
  ...wholeTimeout,
  // 15.6 to 16.3 s for three signals, with 10 s and with 60 s (docs/sdk-survival.md).
  flushAtMost: seconds(17),
} as const satisfies Omit<Profile, 'transport'>;

const python = {
  language: 'python',
  minimum: 'SDK 1.40',
  timeout: {
    unit: 's',
    needs: 'command',
    default: tenSeconds,
    why: 'It bounds the whole sequence and is read in seconds; the six attempts end after 37 s at the latest.',
  },
  aim: { kind: 'target', ceiling: seconds(40) },
  backoff: backoffs.python,
  refused: retried,
  ...wholeTimeout,
} as const satisfies Omit<Profile, 'transport' | 'dropped'>;

const nodejs = {
  language: 'nodejs',
  minimum: 'exporters 0.209, auto-instrumentations-node 0.68',
  timeout: {
    unit: 'ms',
    default: tenSeconds,
    why: 'It bounds the whole sequence; the five retries end after 16 s at the latest, so 20 s let all of them happen.',
  },
  aim: { kind: 'target', ceiling: seconds(20) },
} as const;

const go = { language: 'go', minimum: 'SDK 1.20', backoff: backoffs.go } as const;

const dotnet = {
  language: 'dotnet',
  minimum: 'SDK 1.13',
  timeout: { unit: 'ms', default: tenSeconds, why: 'With retry on, attempts go on until it has passed.' },
  aim: { kind: 'target' },
  backoff: backoffs.dotnet,
  retrySwitch: { name: 'OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY', unset: 'off', values: { in_memory: 'on' } },
  refused: retried,
  dropped: untilTimeout,
  ...wholeTimeout,
} as const satisfies Omit<Profile, 'transport'>;

// A bare number is seconds up to 1.26 and milliseconds from 1.27 on; with its unit behind it, it means one thing in both.
const cppTimeout = { unit: 'suffixed', default: tenSeconds } as const;

const php = {
  language: 'php',
  minimum: 'exporters of April 2024',
  timeout: {
    unit: 'ms',
    default: tenSeconds,
    why: 'Exports run inside the request, up to four attempts of this length: at the default an agent that does not answer holds a worker for 40 s, and soon all of them. 2 s still covers one lost packet (resent after 1 s).',
  },
  aim: { kind: 'fixed', value: seconds(2) },
  refused: retried,
  endsBy: 'none',
  flushEndsBy: 'none',
  warning: {
    code: 'php-blocks-the-request',
    text: 'PHP exports inside the request and keeps nothing after it: an outage of more than a second loses telemetry and slows requests.',
  },
} as const satisfies Omit<Profile, 'transport' | 'dropped'>;

const rust = {
  language: 'rust',
  minimum: 'opentelemetry-otlp 0.29',
  refused: neverRetried,
  ...wholeTimeout,
  remarks: 'From 0.33 on three retries within a second, before it none; more in code only (RetryPolicy).',
} as const satisfies Omit<Profile, 'transport' | 'dropped' | 'timeout'>;

const erlang = {
  language: 'erlang',
  minimum: 'any',
  timeout: { unit: 'ms', default: tenSeconds, why: `${nothingHelps} The exporter reads no timeout variable at all.` },
  refused: neverRetried,
  dropped: unknown,
  endsBy: 'none',
  flushEndsBy: 'none',
} as const satisfies Omit<Profile, 'transport'>;

/** The table: one row for each language and transport. docs and the command line are made from it. */
export const profiles: readonly Profile[] = [
  { ...java, transport: 'http', remarks: 'A connection the agent closes while a request is under way is not retried.' },
  { ...java, transport: 'grpc', remarks: 'A status that arrives in trailers is never retried.' },
  {
    ...python,
    transport: 'http',
    dropped: untilTimeout,
    remarks: 'Retries 429 from 1.45 on, before it 408 and all 5xx.',
  },
  { ...python, transport: 'grpc', dropped: unknown },
  {
    ...nodejs,
    transport: 'http',
    backoff: backoffs.nodejs,
    refused: retried,
    dropped: { kind: 'connect', limit: 'kernel', retried: true },
    endsBy: 'otlp-timeout',
    flushEndsBy: 'export-timeout',
    remarks: 'The timeout does not cover connecting, so the kernel goes on asking an agent that does not answer.',
  },
  {
    ...nodejs,
    transport: 'grpc',
    timeout: {
      ...nodejs.timeout,
      why: 'It never retries, but a longer wait reaches an agent that did not answer at first (measured).',
    },
    aim: { kind: 'target' },
    refused: neverRetried,
    dropped: unknown,
    ...wholeTimeout,
    warning: {
      code: 'node-grpc-never-retries',
      text: 'The gRPC exporter of Node.js never retries and loses every batch that is refused or reset; http/protobuf does retry.',
    },
  },
  {
    ...go,
    transport: 'grpc',
    timeout: {
      unit: 'ms',
      default: tenSeconds,
      why: 'It bounds the whole sequence, as the export timeout does: both have to be long.',
    },
    aim: { kind: 'target', ceiling: seconds(110) },
    refused: retried,
    dropped: unknown,
    endsBy: 'both',
    flushEndsBy: 'both',
  },
  {
    ...go,
    transport: 'http',
    timeout: {
      unit: 'ms',
      default: tenSeconds,
      why: 'It bounds one attempt only: longer, a new connection would be tried later, not sooner. The export timeout is what counts.',
    },
    refused: neverRetried,
    dropped: { kind: 'connect', limit: 'otlp-timeout', retried: true },
    endsBy: 'export-timeout',
    flushEndsBy: 'export-timeout',
    warning: {
      code: 'go-http-loses-refused',
      text: 'The HTTP exporter of Go does not retry a refused or reset connection and loses that batch at once; the gRPC exporter retries it.',
    },
  },
  { ...dotnet, transport: 'http', remarks: 'Retry is off unless OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY is set.' },
  {
    ...dotnet,
    transport: 'grpc',
    remarks: 'Retry is off unless OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY is set; a failing DNS look-up is not retried.',
  },
  {
    language: 'cpp',
    transport: 'grpc',
    minimum: 'SDK 1.27',
    timeout: {
      ...cppTimeout,
      why: 'It bounds the whole sequence. gRPC makes five attempts at most, so the delays are stretched to fill it.',
    },
    aim: { kind: 'target' },
    together: [
      { name: 'OTEL_CPP_EXPORTER_OTLP_RETRY_MAX_ATTEMPTS', text: '5', why: 'gRPC allows no more.' },
      {
        name: 'OTEL_CPP_EXPORTER_OTLP_RETRY_INITIAL_BACKOFF',
        unit: 'decimal-s',
        value: (timeout) => cppBackoff(timeout).initial,
        why: 'Four delays of 1, 2, 4 and 4 times this fill three quarters of the timeout.',
      },
      {
        name: 'OTEL_CPP_EXPORTER_OTLP_RETRY_MAX_BACKOFF',
        unit: 'decimal-s',
        value: (timeout) => cppBackoff(timeout).max,
        why: 'The longest of these delays.',
      },
      {
        name: 'OTEL_CPP_EXPORTER_OTLP_RETRY_BACKOFF_MULTIPLIER',
        text: '2.0',
        why: 'From each of these delays to the next.',
      },
    ],
    backoff: backoffs.cpp,
    tuned: cppBackoff,
    refused: retried,
    dropped: unknown,
    ...wholeTimeout,
  },
  {
    language: 'cpp',
    transport: 'http',
    minimum: 'SDK 1.27',
    timeout: { ...cppTimeout, why: nothingHelps },
    refused: neverRetried,
    dropped: oneConnect,
    ...wholeTimeout,
    warning: {
      code: 'cpp-http-loses-refused',
      text: 'The HTTP exporter of C++ retries answers only, not a refused connection, and loses that batch at once; the gRPC exporter retries it.',
    },
  },
  {
    language: 'ruby',
    transport: 'http',
    minimum: 'exporter 0.34',
    timeout: {
      unit: 's',
      needs: 'command',
      default: tenSeconds,
      why: 'Not set: for spans the export timeout takes its place.',
    },
    backoff: backoffs.ruby,
    refused: retried,
    dropped: untilTimeout,
    endsBy: 'export-timeout',
    flushEndsBy: 'export-timeout',
    remarks: 'Each delay starts at zero, so the figures spread widely.',
  },
  {
    language: 'ruby',
    transport: 'grpc',
    minimum: 'any',
    timeout: { unit: 's', needs: 'command', default: tenSeconds, why: nothingHelps },
    refused: neverRetried,
    dropped: unknown,
    endsBy: 'none',
    flushEndsBy: 'none',
    warning: {
      code: 'ruby-grpc-has-no-exporter',
      text: 'Ruby has no gRPC exporter that variables can choose: OTEL_EXPORTER_OTLP_PROTOCOL=grpc leaves it without a trace exporter.',
    },
  },
  {
    ...php,
    transport: 'http',
    backoff: backoffs.phpHttp,
    dropped: { kind: 'connect', limit: 'otlp-timeout', retried: true },
  },
  { ...php, transport: 'grpc', backoff: backoffs.phpGrpc, dropped: unknown },
  {
    ...rust,
    transport: 'http',
    timeout: {
      unit: 'ms',
      // Whoever writes the annotation can be expected to know of releases before 0.29.
      needs: 'explicit',
      default: tenSeconds,
      why: 'It gives up within a second, but a connect that waits longer still reaches an agent that did not answer at first (measured). Before 0.29 it is read in seconds, and so is no limit at all.',
    },
    aim: { kind: 'target' },
    dropped: oneConnect,
  },
  {
    ...rust,
    transport: 'grpc',
    timeout: { unit: 'ms', default: tenSeconds, why: `${nothingHelps} It waits for a connection anyway.` },
    dropped: unknown,
    // 138 s without an answer, with its defaults too: the kernel gives the connect up, no variable does.
    flushEndsBy: 'none',
  },
  { ...erlang, transport: 'http' },
  { ...erlang, transport: 'grpc' },
];

/** The row for a language and protocol; http/json goes the way of http/protobuf. Undefined for an unknown language. */
export function profileOf(language: Language | undefined, protocol: Protocol): Profile | undefined {
  const transport = transportOf(protocol);
  return profiles.find((profile) => profile.language === language && profile.transport === transport);
}
