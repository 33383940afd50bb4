import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallOutcome } from '../admission/report.ts';

/** What the gauges show, asked for at each scrape. */
export interface MetricSources {
  readonly version: string;
  readonly config: () => string;
  /** When certificates end, in Unix seconds, by what they are: `serving`, `current`. */
  readonly certificateEnds: () => Readonly<Record<string, number>>;
  readonly watches: () => readonly { readonly name: string; readonly synced: boolean; age(): number | undefined }[];
  /** Whether the configuration file, as last read, could be used. */
  readonly configValid: () => boolean;
}

export interface Metrics {
  readonly count: (outcome: CallOutcome, durationMs: number) => void;
  /** The Prometheus text format. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

const prefix = 'nodelocal_otlp_';

/** Names and meanings; names are forever, as dashboards and alerts depend on them. */
export const metricHelp = {
  reviews_total:
    'Calls of the admission path by result: patched, unchanged, skipped, malformed, refused (before the body was read), aborted.',
  containers_total: 'Containers decided about, by outcome and reason; reason is empty for those injected or unchanged.',
  pods_skipped_total: 'Pods left alone as a whole, by reason.',
  review_duration_seconds: 'Time from the headers of a review to its answer.',
  patches_dropped_total:
    'Patches that the check before answering refused. Any is a bug; the pod was let through unchanged.',
  certificate_end_timestamp_seconds:
    'When a certificate ends: serving is this replica’s, the others are the CAs in the Secret.',
  watch_age_seconds: 'Seconds since a watch last heard from the API server; absent before the first time.',
  watch_synced: '1 once a watch has seen its objects.',
  config_valid:
    '0 while the configuration file cannot be used: the settings before stay in force, but a replica that restarts does not start.',
  build_info: 'Always 1; version of the program and hash of the injection settings in force.',
} as const;

type MetricName = keyof typeof metricHelp;
const named = (name: MetricName) => ({ name: prefix + name, help: metricHelp[name] });

// The API server waits 2 s; nearly all answers take about a millisecond.
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2];

/** The metrics of one webhook. Labels are reasons and results, whose number is fixed: never names of pods or namespaces. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const reviews = new Counter({ ...named('reviews_total'), labelNames: ['result'], registers });
  const containers = new Counter({ ...named('containers_total'), labelNames: ['outcome', 'reason'], registers });
  const pods = new Counter({ ...named('pods_skipped_total'), labelNames: ['reason'], registers });
  const dropped = new Counter({ ...named('patches_dropped_total'), registers });
  const duration = new Histogram({ ...named('review_duration_seconds'), buckets, registers });
  addGauges(sources, registers);
  return {
    count: (outcome, durationMs) => {
      reviews.inc({ result: outcome.result });
      if (!('request' in outcome)) return;
      duration.observe(durationMs / 1000);
      if (outcome.reason !== undefined) pods.inc({ reason: outcome.reason });
      if (outcome.droppedPatch === true) dropped.inc();
      for (const container of outcome.decision?.containers ?? []) {
        const reason = container.outcome === 'skipped' ? container.reason : '';
        containers.inc({ outcome: container.outcome, reason });
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addGauges(
  { version, config, certificateEnds, watches, configValid }: MetricSources,
  registers: Registry[],
): void {
  new Gauge({
    ...named('certificate_end_timestamp_seconds'),
    labelNames: ['certificate'],
    registers,
    collect() {
      this.reset();
      for (const [certificate, end] of Object.entries(certificateEnds())) this.set({ certificate }, end);
    },
  });
  new Gauge({
    ...named('watch_age_seconds'),
    labelNames: ['watch'],
    registers,
    collect() {
      for (const { name, age } of watches().map((watch) => ({ name: watch.name, age: watch.age() }))) {
        if (age !== undefined) this.set({ watch: name }, age);
      }
    },
  });
  new Gauge({
    ...named('watch_synced'),
    labelNames: ['watch'],
    registers,
    collect() {
      for (const watch of watches()) this.set({ watch: watch.name }, watch.synced ? 1 : 0);
    },
  });
  new Gauge({
    ...named('config_valid'),
    registers,
    collect() {
      this.set(configValid() ? 1 : 0);
    },
  });
  new Gauge({
    ...named('build_info'),
    labelNames: ['version', 'config'],
    registers,
    collect() {
      this.reset();
      this.set({ version, config: config() }, 1);
    },
  });
}
