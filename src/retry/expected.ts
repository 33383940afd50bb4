import { measuredSurvival } from './measured.ts';
import type { Measurements } from './measurements.ts';
import type { Survival } from './outage.ts';
import type { CompanionVariable, Profile } from './profile.ts';
import { formatDuration } from './quantity.ts';
import type { Duration } from './quantity.ts';
import { survivalOf } from './survival.ts';
import type { TimeoutPlan } from './timeouts.ts';
import type { UserLookup } from './user-value.ts';
import type { RetryVariable } from './variables.ts';

/** A variable that goes with a raised timeout, as it is added. */
export function companion(row: CompanionVariable, timeout: Duration): RetryVariable {
  const value = 'text' in row ? row.text : formatDuration(row.value(timeout), row.unit);
  return { name: row.name, value, origin: 'language', purpose: row.why };
}

/** What an SDK survives with the variables given and its user's own: measured where such a container ran, else by the model. */
export function expectedSurvival(
  profile: Profile | undefined,
  plan: TimeoutPlan,
  user: UserLookup,
  variables: readonly RetryVariable[],
  measured: Measurements,
): Survival {
  if (profile === undefined) return { refused: { evidence: 'unknown' }, dropped: { evidence: 'unknown' } };
  const tuned = tunedTimeout(profile, plan, user);
  const modelled = survivalOf({
    profile,
    otlpTimeout: plan.otlp?.shortest,
    exportTimeout: plan.export?.shortest,
    retry: tuned === undefined ? retryState(profile, user, variables) : 'on',
    ...(tuned !== undefined && profile.tuned !== undefined && { backoff: profile.tuned(tuned) }),
  });
  const ours = new Map(variables.map(({ name, value }) => [name, { kind: 'literal', value } as const]));
  return { ...modelled, ...measuredSurvival(profile, (name) => user(name) ?? ours.get(name), measured) };
}

/** The timeout that the variables beside it were computed from: now, or when this container was injected. */
function tunedTimeout(profile: Profile, plan: TimeoutPlan, user: UserLookup): Duration | undefined {
  const { together } = profile;
  const timeout = plan.otlp?.shortest;
  if (together === undefined || timeout === undefined || plan.raised !== undefined) return together && plan.raised;
  const areOurs = together
    .map((row) => companion(row, timeout))
    .every(({ name, value }) => {
      const set = user(name);
      return set?.kind === 'literal' && set.value === value;
    });
  return areOurs ? timeout : undefined;
}

function retryState(profile: Profile, user: UserLookup, variables: readonly RetryVariable[]): 'on' | 'off' | 'unknown' {
  if (profile.together?.some(({ name }) => user(name) !== undefined)) return 'unknown';
  const { retrySwitch } = profile;
  if (retrySwitch === undefined) return 'on';
  const set = user(retrySwitch.name);
  if (set?.kind === 'opaque') return 'unknown';
  const value = set?.value ?? variables.find(({ name }) => name === retrySwitch.name)?.value;
  if (value === undefined) return retrySwitch.unset;
  return new Map(Object.entries(retrySwitch.values)).get(value.trim().toLowerCase()) ?? 'unknown';
}
