import type { Duration } from './quantity.ts';

/** An outage that an SDK survives without losing a batch it holds. */
export interface Outage {
  /** Even with the worst luck of the jitter. */
  atLeast?: Duration;
  /** With the delays at the middle of their range. */
  typical?: Duration;
  evidence: 'measured' | 'modelled' | 'unknown';
}

/** By what the agent's address answers: `refused` at once (nobody listens), or `dropped`, no answer at all. */
export interface Survival {
  refused: Outage;
  dropped: Outage;
}
