/** The two apps: one as our webhook would start it, one with what people set by hand. They differ in nothing else. */
export const appNames = ['defaults', 'injected'] as const;

export type AppName = (typeof appNames)[number];

/** How an agent is restarted: `surge` as our DaemonSet does it, `gap` as anything else does. */
export type Restart = 'surge' | 'gap';

/** What an app has done so far. */
export interface Counts {
  readonly produced: number;
  /** Exports that found nobody at the endpoint; most are tried again. */
  readonly refused: number;
  /** Spans that its SDK says it dropped since its queue was full. */
  readonly dropped: number;
}

/**
 * Spans a second of each app. Fast enough to see what a queue is for: with a batch of 512 on its way, the 2,048 that the
 * SDK keeps by itself are there after 5 s.
 */
export const spansPerSecond = 500;

/**
 * Milliseconds of each part; with the start and the end about 30 s.
 *
 * The gap lies between two limits of the JavaScript SDK, both read in its source and measured: with its own timeout of 10 s
 * the last try is 6.5 to 9.8 s after the first, with ours of 20 s it is 10.5 to 15.8 s after it (five retries, 1 s to 5 s
 * apart, ±20 %). So a longer gap loses spans with our settings too, and the program says so.
 */
export const timing = {
  /** Before, between and after the restarts. */
  steady: 2500,
  /** From the new agent's readiness to the old one's end: in a cluster minReadySeconds and the preStop sleep, 20 s. */
  handOver: 2000,
  gap: 10_000,
  /** When within the gap the next agent is started, so that it is ready at the gap's end. */
  nextAgent: 6000,
  /** The longest wait for spans on their way: the next try may be 5 s off, and so may the next batch. */
  catchUp: 6500,
  progress: 2000,
} as const;

/** What people set by hand. All that the webhook adds besides is what `defaults` goes without. */
export const setByHand = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL'];
