import { longestMs } from './backoff.ts';
import { isEnough } from './evidence.ts';
import type { LanguageFinding } from './evidence.ts';
import { companion, expectedSurvival } from './expected.ts';
import type { Protocol } from './language.ts';
import { notesFor } from './notes.ts';
import type { Note } from './notes.ts';
import type { Survival } from './outage.ts';
import type { Profile } from './profile.ts';
import { profileOf } from './profiles.ts';
import { formatDuration, milliseconds, shortest } from './quantity.ts';
import type { Duration } from './quantity.ts';
import { queueSize } from './queue.ts';
import type { QueueSettings } from './queue.ts';
import type { Measurements } from './measurements.ts';
import { otlpTimeout, planTimeouts, timeLimits } from './timeouts.ts';
import type { TimeoutPlan } from './timeouts.ts';
import { universalVariables } from './universal.ts';
import type { UniversalVariable } from './universal.ts';
import type { UserLookup } from './user-value.ts';

export type { Note } from './notes.ts';
export type { Survival } from './outage.ts';
export type { UserLookup, UserValue } from './user-value.ts';

export interface RetrySettings extends QueueSettings {
  /** The outage of the agent that batches should survive. */
  survive: Duration;
}

export interface RetryInput {
  finding: LanguageFinding;
  protocol: Protocol;
  settings: RetrySettings;
  /** What the container's user set, over env and envFrom. */
  user: UserLookup;
  /** The user set no variable whose name begins with OTEL_. */
  noneSet?: boolean;
  memoryLimitBytes?: number;
  /** An init container, or a container of a Job: nothing is set that could delay its exit. */
  runToCompletion: boolean;
  /** The pod's termination grace period. */
  graceSeconds: number;
}

export interface RetryVariable {
  name: string;
  value: string;
  origin: 'universal' | 'language';
  /** One short sentence, for people. */
  purpose: string;
}

/** What a container's SDK survives with its variables, and what its owner should know. */
export interface Outlook {
  survival: Survival;
  notes: Note[];
}

export interface RetryResult {
  variables: readonly RetryVariable[];
  /** Worked out when it is asked for: with a user's own timeouts it can take 50 ms, and a review never asks. */
  outlook: (measured: Measurements) => Outlook;
}

/**
 * The retry and buffer variables to add to a container. Never a variable the user set, never an empty value,
 * always in the same order.
 */
export function retryVariables(input: RetryInput): RetryResult {
  const variables = input.noneSet === true ? reused(input) : computed(input).variables;
  return { variables, outlook: (measured) => outlookOf(input, measured) };
}

const mostReused = 1000;
const results = new WeakMap<RetrySettings, Map<string, readonly RetryVariable[]>>();

/** Nearly all containers set no OTEL_ variable, and then only a few things decide: the work is done once for each. */
function reused(input: RetryInput): readonly RetryVariable[] {
  const { finding, protocol, settings, memoryLimitBytes, runToCompletion, graceSeconds } = input;
  const isSmall = memoryLimitBytes !== undefined && memoryLimitBytes < settings.smallMemory;
  const { language, strength, disagree } = finding;
  const key = `${language} ${strength} ${disagree} ${protocol} ${isSmall} ${runToCompletion} ${graceSeconds}`;
  const known = results.get(settings) ?? new Map<string, readonly RetryVariable[]>();
  const variables = known.get(key) ?? computed(input).variables;
  if (known.size >= mostReused) known.clear();
  known.set(key, variables);
  results.set(settings, known);
  return variables;
}

interface Computed {
  profile: Profile | undefined;
  unitIsCertain: boolean;
  plan: TimeoutPlan;
  variables: readonly RetryVariable[];
}

function computed(input: RetryInput): Computed {
  const { finding, settings, user, runToCompletion } = input;
  const profile = profileOf(finding.language, input.protocol);
  const unitIsCertain = isEnough(finding.strength ?? 'hint', profile?.timeout.needs ?? 'hint');
  const plan = planTimeouts({ profile, unitIsCertain, survive: settings.survive, user, keepDefaults: runToCompletion });
  const wanted = [...universal(input, plan), ...ofLanguage(profile, plan)];
  return { profile, unitIsCertain, plan, variables: wanted.filter(({ name }) => user(name) === undefined) };
}

function outlookOf(input: RetryInput, measured: Measurements): Outlook {
  const { profile, unitIsCertain, plan, variables } = computed(input);
  const survival = expectedSurvival(profile, plan, input.user, variables, measured);
  const notes = notesFor({
    ...input,
    profile,
    hintOnly: !unitIsCertain && !input.runToCompletion && input.user(otlpTimeout) === undefined,
    survive: input.settings.survive,
    survival,
    flush: flushBound(profile, plan),
    unreadable: plan.unreadable,
  });
  return { survival, notes };
}

function universal(input: RetryInput, plan: TimeoutPlan): RetryVariable[] {
  return universalVariables.flatMap((row): RetryVariable[] => {
    const value = universalValue(row, input, plan);
    return value === undefined ? [] : [{ name: row.name, value, origin: 'universal', purpose: row.why }];
  });
}

function universalValue(row: UniversalVariable, input: RetryInput, plan: TimeoutPlan): string | undefined {
  if (row.kind === 'queue') return queueSize(input.settings, input.user(row.batchSize), input.memoryLimitBytes);
  if (row.kind === 'switch') return input.runToCompletion ? undefined : row.value;
  const timeout = plan.exportTimeouts.get(row.name);
  return timeout && formatDuration(timeout, row.unit);
}

function ofLanguage(profile: Profile | undefined, { raised }: TimeoutPlan): RetryVariable[] {
  if (profile === undefined || raised === undefined) return [];
  const { unit, why } = profile.timeout;
  return [
    { name: otlpTimeout, value: formatDuration(raised, unit), origin: 'language', purpose: why },
    ...(profile.together ?? []).map((row) => companion(row, raised)),
  ];
}

/** How long one batch can hold up a flush at exit. With the language unknown, the longest that any SDK allows. */
function flushBound(profile: Profile | undefined, { otlp, export: exporting }: TimeoutPlan): Duration | undefined {
  const endsBy = profile?.flushEndsBy ?? 'export-timeout';
  if (endsBy !== 'none') {
    const limit = timeLimits[endsBy](otlp?.longest, exporting?.longest);
    return limit && shortest(limit, profile?.flushAtMost ?? limit);
  }
  if (profile?.backoff === undefined || otlp === undefined) return undefined;
  return milliseconds(longestMs(profile.backoff, otlp.longest) + otlp.longest.ms);
}
