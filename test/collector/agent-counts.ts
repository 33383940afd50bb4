import type { Signal } from '../../src/otlp/decode.ts';
import type { AgentPod } from '../lab/agent-pod.ts';

/** How the Collector names the items of a signal in its metrics. */
const itemNames: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  metrics: 'metric_points',
  logs: 'log_records',
};

/** What an agent says of one signal in its own metrics; items, but for the queue. */
export interface AgentCounts {
  /** Each try of a client counts, so that one item can be refused many times. */
  readonly accepted: number;
  readonly refused: number;
  readonly refusedByLimiter: number;
  readonly refusedByQueue: number;
  readonly sent: number;
  /** Given up. */
  readonly dropped: number;
  readonly queuedBytes: number;
}

export async function agentCounts(agent: AgentPod, signal: Signal): Promise<AgentCounts> {
  const items = itemNames[signal];
  const [accepted, refused, refusedByLimiter, refusedByQueue, sent, dropped, queuedBytes] = await Promise.all([
    agent.metric(`otelcol_receiver_accepted_${items}`),
    agent.metric(`otelcol_receiver_refused_${items}`),
    agent.metric(`otelcol_processor_memory_limiter_refused_${items}`),
    agent.metric(`otelcol_exporter_enqueue_failed_${items}`),
    agent.metric(`otelcol_exporter_sent_${items}`),
    agent.metric(`otelcol_exporter_send_failed_${items}`),
    agent.metric('otelcol_exporter_queue_size', `data_type="${signal}"`),
  ] as const);
  return { accepted, refused, refusedByLimiter, refusedByQueue, sent, dropped, queuedBytes };
}
