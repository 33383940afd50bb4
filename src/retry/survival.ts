import { lastAttempt } from './backoff.ts';
import type { Backoff } from './backoff.ts';
import type { Outage, Survival } from './outage.ts';
import type { Profile } from './profile.ts';
import { longest, milliseconds, seconds, shortest } from './quantity.ts';
import type { Duration } from './quantity.ts';
import { timeLimits } from './timeouts.ts';

export interface SurvivalInput {
  profile: Profile;
  /** The timeouts that hold in the container. Undefined where a user's value cannot be read. */
  otlpTimeout: Duration | undefined;
  exportTimeout: Duration | undefined;
  retry: 'on' | 'off' | 'unknown';
  /** Overrides the profile's backoff: the one our variables set. */
  backoff?: Backoff;
}

const unknown: Outage = { evidence: 'unknown' };

/** What one SDK survives with the timeouts given, by the model of its backoff. */
export function survivalOf(input: SurvivalInput): Survival {
  return { refused: refusedOutage(input), dropped: droppedOutage(input) };
}

function refusedOutage(input: SurvivalInput): Outage {
  const { profile, retry } = input;
  const backoff = input.backoff ?? profile.backoff;
  if (!profile.refused.retried || backoff === undefined || retry === 'off') return { ...nothing, evidence: 'modelled' };
  const limits = limitsOf(input);
  if (retry === 'unknown' || limits === undefined) return unknown;
  const { p1, p50 } = lastAttempt(backoff, { ...limits, attempt: seconds(0) });
  return { atLeast: p1, typical: p50, evidence: 'modelled' };
}

const nothing = { atLeast: seconds(0), typical: seconds(0) };

function droppedOutage(input: SurvivalInput): Outage {
  const { dropped } = input.profile;
  return dropped.kind === 'connect' ? connectOutage(input, dropped) : unknown;
}

type Connect = Extract<Profile['dropped'], { kind: 'connect' }>;

function connectOutage(input: SurvivalInput, { limit, retried }: Connect): Outage {
  const { otlpTimeout, retry } = input;
  if (limit === 'kernel') return { atLeast: lastSyn(kernelLimit), typical: lastSyn(kernelLimit), evidence: 'modelled' };
  const backoff = input.backoff ?? input.profile.backoff;
  const limits = limitsOf(input);
  if (limits === undefined || otlpTimeout === undefined || retry === 'unknown') return unknown;
  const wait = limit === 'all' ? (limits.deadline ?? otlpTimeout) : limit === 'otlp-timeout' ? otlpTimeout : limit;
  const attempt = shortest(wait, limits.deadline ?? wait);
  const first = lastSyn(attempt);
  if (!retried || retry === 'off' || backoff === undefined)
    return { atLeast: first, typical: first, evidence: 'modelled' };
  const { p1, p50 } = lastAttempt(backoff, { ...limits, attempt });
  const left = shortest(attempt, milliseconds((limits.deadline?.ms ?? Number.POSITIVE_INFINITY) - p50.ms));
  const typical = longest(first, milliseconds(p50.ms + lastSyn(left).ms));
  return { atLeast: longest(first, p1), typical, evidence: 'modelled' };
}

/** When the SDK gives a batch up; no deadline where only its backoff ends. Undefined where that is a value we cannot read. */
function limitsOf({ profile, otlpTimeout, exportTimeout }: SurvivalInput): { deadline?: Duration } | undefined {
  if (profile.endsBy === 'none') return {};
  const deadline = timeLimits[profile.endsBy](otlpTimeout, exportTimeout);
  return deadline && { deadline };
}

// When Linux sends an unanswered SYN again, seconds after the first: tcp(7), and measured on 6.18, whose
// first five come at even steps (since 6.5). A connect survives until the last one within its limit.
const synTimes = [
  [0, 1, 3, 7, 15, 31, 63],
  [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67],
] as const;

/** When Linux itself gives up, after six more SYNs: tcp_syn_retries in tcp(7). */
const kernelLimit = seconds(127);

/** The last SYN that a connect of this length sends, on old and new kernels alike. */
function lastSyn({ ms }: Duration): Duration {
  return shortest(...synTimes.map((times) => seconds(Math.max(...times.filter((time) => time * 1000 < ms), 0))));
}
