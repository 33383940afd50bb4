import type { Strength } from '../../src/retry/evidence.ts';
import type { Language, Protocol } from '../../src/retry/language.ts';
import type { Measurements } from '../../src/retry/measurements.ts';
import { seconds } from '../../src/retry/quantity.ts';
import { retryVariables } from '../../src/retry/variables.ts';
import type { Outlook, RetryInput, RetryResult, UserValue } from '../../src/retry/variables.ts';

/** For the model alone; measured.test.ts has what comes from runs. */
export const nothingMeasured: Measurements = {
  date: '',
  machine: '',
  rate: 0,
  metricIntervalMs: 0,
  apps: {},
  cells: [],
  exits: [],
  harm: { comparisons: 0, differences: [] },
};

/** What is said of a container. */
export interface Given {
  language?: Language;
  strength?: Strength;
  protocol?: Protocol;
  survive?: number;
  user?: Record<string, string | null>;
  memoryLimitBytes?: number;
  runToCompletion?: boolean;
  graceSeconds?: number;
  disagree?: boolean;
}

export type Result = Pick<RetryResult, 'variables'> & Outlook;

/** Its variables and outlook. A null in `user` is a value that cannot be read. */
export function run(given: Given): Result {
  const { language, strength = 'explicit', user = {}, memoryLimitBytes } = given;
  const finding = { evidence: ['image x'], disagree: given.disagree ?? false };
  const input: RetryInput = {
    finding: language === undefined ? finding : { ...finding, language, strength },
    protocol: given.protocol ?? 'http/protobuf',
    settings: {
      survive: seconds(given.survive ?? 30),
      queueSize: 8192,
      smallQueueSize: 2048,
      smallMemory: 256 * 1024 ** 2,
    },
    user: (name) => lookup(user, name),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    runToCompletion: given.runToCompletion ?? false,
    graceSeconds: given.graceSeconds ?? 30,
  };
  const { variables, outlook } = retryVariables(input);
  return { variables, ...outlook(nothingMeasured) };
}

function lookup(user: Record<string, string | null>, name: string): UserValue | undefined {
  const value = Object.hasOwn(user, name) ? user[name] : undefined;
  if (value === undefined) return undefined;
  return value === null ? { kind: 'opaque' } : { kind: 'literal', value };
}

export const valuesOf = ({ variables }: Result): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));
export const codes = (given: Given): string[] => run(given).notes.map(({ code }) => code);

export const timeout = 'OTEL_EXPORTER_OTLP_TIMEOUT';
export const cpp = 'OTEL_CPP_EXPORTER_OTLP_RETRY';
/** What every container gets. */
export const universal = {
  OTEL_BSP_MAX_QUEUE_SIZE: '8192',
  OTEL_BLRP_MAX_QUEUE_SIZE: '8192',
  OTEL_BSP_EXPORT_TIMEOUT: '65000',
  OTEL_BLRP_EXPORT_TIMEOUT: '65000',
  OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: 'in_memory',
  OTEL_EXPERIMENTAL_EXPORTER_OTLP_RETRY_ENABLED: 'true',
};
