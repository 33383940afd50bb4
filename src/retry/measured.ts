import { type MeasuredApp, type MeasuredCell, type Measurements, medianLost } from './measurements.ts';
import type { Outage, Survival } from './outage.ts';
import type { Profile } from './profile.ts';
import { seconds } from './quantity.ts';
import { otlpTimeout, signalTimeouts } from './timeouts.ts';
import { universalVariables } from './universal.ts';

/** The value of a variable that holds in a container: its user's, or ours. `opaque` cannot be read. */
export type Holding = (name: string) => { kind: 'literal'; value: string } | { kind: 'opaque' } | undefined;

/**
 * What the SDK matrix measured for a container with these variables; absent for a kind of outage without a run.
 *
 * Only runs with the same timeouts and retry switches count, so a user's own timeout, another target or a changed profile
 * leave the model to answer. Queues do not matter: the matrix never fills one.
 */
export function measuredSurvival(profile: Profile, holding: Holding, measurements: Measurements): Partial<Survival> {
  const cells = measurements.cells.filter(({ app, settings }) => {
    const measured = measurements.apps[app];
    return measured && isSdkOf(measured, profile) && hold(measured.variables[settings], profile, holding);
  });
  return {
    ...outageOf(
      cells.filter(({ outage }) => outage === 'refused'),
      'refused',
    ),
    ...outageOf(
      cells.filter(({ outage }) => outage === 'dropped'),
      'dropped',
    ),
  };
}

const isSdkOf = ({ language, transport }: MeasuredApp, profile: Profile): boolean =>
  language === profile.language && transport === profile.transport;

const queues = new Set(universalVariables.filter(({ kind }) => kind === 'queue').map(({ name }) => name));
const batching = ['BSP', 'BLRP'].flatMap((prefix) => [
  `OTEL_${prefix}_EXPORT_TIMEOUT`,
  `OTEL_${prefix}_SCHEDULE_DELAY`,
  `OTEL_${prefix}_MAX_EXPORT_BATCH_SIZE`,
]);

function hold(variables: Readonly<Record<string, string>>, profile: Profile, holding: Holding): boolean {
  const switches = profile.retrySwitch === undefined ? [] : [profile.retrySwitch.name];
  const names = new Set([otlpTimeout, ...signalTimeouts, ...batching, ...switches, ...Object.keys(variables)]);
  return [...names]
    .filter((name) => !queues.has(name))
    .every((name) => {
      const value = holding(name);
      return value === undefined
        ? variables[name] === undefined
        : value.kind === 'literal' && value.value === variables[name];
    });
}

/** The longest outage up to which no app lost a span or a log record, and the first that cost one of them some. */
function outageOf(cells: readonly MeasuredCell[], kind: keyof Survival): Partial<Survival> {
  if (cells.length === 0) return {};
  // Not all apps need to have been through the same lengths, so each is looked at by itself.
  const each = [...Map.groupBy(cells, ({ app }) => app).values()].map(outageOfApp);
  const losesAt = Math.min(...each.map((app) => app.losesAt));
  const outage: Outage = {
    atLeast: seconds(Math.min(...each.map(({ atLeast }) => atLeast))),
    ...(Number.isFinite(losesAt) && { losesAt: seconds(losesAt) }),
    evidence: 'measured',
  };
  return { [kind]: outage };
}

/** In seconds; infinite where no length cost anything. */
function outageOfApp(cells: readonly MeasuredCell[]): { atLeast: number; losesAt: number } {
  const losesAt = Math.min(...cells.filter((cell) => medianLost(cell) > 0).map((cell) => cell.seconds));
  const survived = cells.map((cell) => cell.seconds).filter((length) => length < losesAt);
  return { atLeast: Math.max(0, ...survived), losesAt };
}
