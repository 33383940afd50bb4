import type { Agent } from './agent.ts';
import { drainSeconds, exportersFor } from './collector-config.ts';

const mi = 1024 * 1024;

/**
 * Heap for each byte in a queue, measured with the Collector of test/collector/builder.yaml and full queues of telemetry
 * with ten attributes of two characters, which is the worst shape we found: 9.1, 6.9 and 5.0; with usual attributes 3.4,
 * 3.0 and 2.6. One more for the copy of it that is being sent. To work it out again: fill the queue of one signal over
 * HTTP, wait, and divide otelcol_process_runtime_heap_alloc_bytes by otelcol_exporter_queue_size.
 */
const heapPerByte = [
  ['traces', 10],
  ['metrics', 8],
  ['logs', 6],
] as const;
const idleHeap = 10 * mi;
/** `max_request_body_size` of the HTTP receiver; over gRPC it is 4 MiB. */
const largestRequest = 20 * mi;
const marginSeconds = 10;

/** What is wrong with how memory, queues and times of an agent go together; docs/agent.md has the same in prose. */
export function sizingProblems(agent: Agent): string[] {
  const problems = (['grpc', 'http'] as const).flatMap((protocol) => [
    ...queueProblems(agent, protocol),
    ...memoryProblems(agent, protocol),
    ...graceProblems(agent, protocol),
  ]);
  return [...new Set(problems)];
}

function queueProblems({ config }: Agent, protocol: 'grpc' | 'http'): string[] {
  const queues = exportersFor(config, protocol).map((exporter) => exporter.sending_queue);
  return [
    ...(queues.every(({ sizer }) => sizer === 'bytes') ? [] : ['queues are not sized in bytes']),
    ...(queues.every((queue) => queue.queue_size > largestRequest) ? [] : ['a queue is smaller than a request may be']),
    ...(queues.every(({ batch }) => batch.max_size < 4 * mi) ? [] : ['batches are larger than backends take']),
  ];
}

function memoryProblems({ config, container }: Agent, protocol: 'grpc' | 'http'): string[] {
  const limit = bytes(container.resources?.limits?.['memory']);
  const { limit_percentage: hard, spike_limit_percentage: spike } = config.processors.memory_limiter;
  const refusesFrom = (limit * (hard - spike)) / 100;
  const collectsFrom = bytes(container.env?.find(({ name }) => name === 'GOMEMLIMIT')?.value);
  const exporters = exportersFor(config, protocol);
  const full = heapPerByte.reduce(
    (sum, [, factor], i) => sum + (exporters[i]?.sending_queue.queue_size ?? Infinity) * factor,
    idleHeap,
  );
  return [
    ...(full <= refusesFrom ? [] : ['full queues take so much that the memory limiter refuses first']),
    ...(hard < 100 ? [] : ['the memory limiter allows all of the memory']),
    // Else garbage that nobody had to collect yet would look like memory in use.
    ...(collectsFrom <= refusesFrom ? [] : ['the memory limiter refuses before GOMEMLIMIT']),
    ...(Math.abs(collectsFrom / limit - 0.8) < 0.01 ? [] : ['GOMEMLIMIT is not 80 % of the limit']),
  ];
}

function graceProblems({ config, container, pod }: Agent, protocol: 'grpc' | 'http'): string[] {
  const preStop = Number(container.lifecycle?.preStop?.sleep?.seconds);
  // One exporter after the other is shut down.
  const drain = exportersFor(config, protocol).reduce((sum, exporter) => sum + drainSeconds(exporter), 0);
  const enough = Number(pod.terminationGracePeriodSeconds) >= preStop + drain + marginSeconds;
  return enough ? [] : ['the grace period ends before the queues may have drained'];
}

/** A size as Kubernetes and Go write it: `768Mi`, `614MiB`. @throws on anything else */
export function bytes(text: string | undefined): number {
  const [, number, unit] = /^(\d+)(Mi|MiB|Gi|GiB)$/.exec(text ?? '') ?? [];
  if (number === undefined) throw new Error(`no size: ${text}`);
  return Number(number) * (unit?.startsWith('G') ? 1024 * mi : mi);
}
