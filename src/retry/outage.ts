import type { Duration } from './quantity.ts';

/** An outage that an SDK survives without losing a batch it holds. */
export interface Outage {
  /** Even with the worst luck of the jitter; measured, the longest up to which the median of the runs lost nothing. */
  atLeast?: Duration;
  /** With the delays at the middle of their range. */
  typical?: Duration;
  /** The shortest outage measured that cost something. */
  losesAt?: Duration;
  evidence: 'measured' | 'modelled' | 'unknown';
}

/** By what the agent's address answers: `refused` at once (nobody listens), or `dropped`, no answer at all. */
export interface Survival {
  refused: Outage;
  dropped: Outage;
}
