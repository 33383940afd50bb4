import { parseStrictly } from './files.ts';
import { isObject } from './strict.ts';

/** `${env:NAME:-default}`, and a few values that are read back as they are written: `10s`, `bytes`. */
export interface SendingQueue {
  readonly sizer: string;
  readonly queue_size: number;
  readonly num_consumers: number;
  readonly batch: { readonly flush_timeout: string; readonly min_size: number; readonly max_size: number };
  readonly storage?: string;
}

export interface Exporter {
  readonly endpoint: string;
  readonly headers: string;
  readonly timeout: string;
  readonly retry_on_failure: {
    readonly initial_interval: string;
    readonly max_interval: string;
    readonly max_elapsed_time: string;
  };
  readonly sending_queue: SendingQueue;
}

export interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** The part of the agent's configuration that rules ask for: https://opentelemetry.io/docs/collector/configuration/ */
export interface CollectorConfig {
  readonly receivers: {
    readonly otlp: {
      readonly protocols: {
        readonly grpc: {
          readonly endpoint: string;
          readonly keepalive: { readonly server_parameters: Readonly<Record<string, string>> };
        };
        readonly http: { readonly endpoint: string; readonly keep_alives_enabled: boolean };
      };
    };
  };
  readonly processors: {
    readonly memory_limiter: { readonly limit_percentage: number; readonly spike_limit_percentage: number };
    readonly k8s_attributes: {
      readonly filter: { readonly node_from_env_var: string };
      readonly extract: { readonly metadata: readonly string[] };
    };
  };
  readonly exporters: Readonly<Record<string, Exporter>>;
  readonly extensions: Readonly<Record<string, unknown>> & { readonly health_check: { readonly endpoint: string } };
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Pipeline>>;
    readonly telemetry: {
      readonly metrics: {
        readonly readers: readonly [
          { readonly pull: { readonly exporter: { readonly prometheus: { port: number } } } },
        ];
      };
    };
  };
}

/** Merges texts as the Collector merges its `--config` arguments: maps key by key, all else is replaced. */
export function mergedConfig(texts: readonly string[]): CollectorConfig {
  const parts = texts.flatMap((text, i) => parseStrictly(text, `configuration ${i}`));
  return parts.reduce(merged, {}) as CollectorConfig;
}

function merged(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const entries = Object.entries(above).map(([key, value]) => [key, key in below ? merged(below[key], value) : value]);
  return { ...below, ...(Object.fromEntries(entries) as object) };
}

/** A text with environment variables as the Collector puts them in, without its rules for `$$` and for whole values. */
export function expanded(text: string, env: Readonly<Record<string, string>> = {}): string {
  return text.replaceAll(
    /\$\{env:(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, standard?: string) => env[name] ?? standard ?? '',
  );
}

/** The exporters that run with a protocol, one for each signal. */
export function exportersFor(config: CollectorConfig, protocol: 'grpc' | 'http'): Exporter[] {
  return Object.values(config.service.pipelines).flatMap(({ exporters }) =>
    exporters.map((name) => {
      const exporter = config.exporters[expanded(name, { NODELOCAL_OTLP_BACKEND_PROTOCOL: protocol })];
      if (exporter === undefined) throw new Error(`there is no exporter ${name}`);
      return exporter;
    }),
  );
}

export function parseSeconds(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`no duration: ${text}`);
  return Number(number) * { ms: 0.001, s: 1, m: 60, h: 3600 }[unit as 'ms' | 's' | 'm' | 'h'];
}

/**
 * The longest time in seconds that an exporter takes to shut down when its backend hangs: each request is tried once more
 * and runs into the timeout. First end those under way, one for each consumer; then the queue goes in batches of at least
 * min_size, and two that may be smaller: the one that was being filled and the last. A queue on disk stays where it is.
 */
export function drainSeconds({ sending_queue: queue, timeout }: Exporter): number {
  const batches = queue.storage === undefined ? Math.ceil(queue.queue_size / queue.batch.min_size) : 0;
  const rounds = 1 + Math.ceil((batches + 2) / queue.num_consumers);
  return rounds * parseSeconds(timeout);
}
