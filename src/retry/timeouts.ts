import type { Profile, TimeLimit } from './profile.ts';
import { longest, milliseconds, parseDuration, parseInUnit, seconds, shortest } from './quantity.ts';
import type { Duration } from './quantity.ts';
import { universalVariables } from './universal.ts';
import type { UserLookup } from './user-value.ts';

export const otlpTimeout = 'OTEL_EXPORTER_OTLP_TIMEOUT';
export const signalTimeouts = ['TRACES', 'METRICS', 'LOGS'].map((signal) => `OTEL_EXPORTER_OTLP_${signal}_TIMEOUT`);
const cppSignals = ['', 'TRACES_', 'METRICS_', 'LOGS_'];

/** OTEL_BSP_EXPORT_TIMEOUT and OTEL_BLRP_EXPORT_TIMEOUT in the OpenTelemetry specification; ours are never lower. */
const defaultExportTimeout = seconds(30);
/** The export timeout outlasts the OTLP timeout, so that the SDK's own deadline decides and can report the failure. */
const margin = seconds(5);

/** The time that a limit of a profile comes to. Undefined where a variable it depends on cannot be read. */
export const timeLimits: Readonly<
  Record<
    Exclude<TimeLimit, 'none'>,
    (otlp: Duration | undefined, exporting: Duration | undefined) => Duration | undefined
  >
> = {
  'otlp-timeout': (otlp) => otlp,
  'export-timeout': (_otlp, exporting) => exporting,
  both: (otlp, exporting) => otlp && exporting && shortest(otlp, exporting),
};

/** Nobody means to wait longer for one batch: such a value is in the wrong unit, and 2^31 ms is more than some SDKs read. */
const longestBelieved = seconds(24 * 3600);

/** A duration the user set or did not set; `unreadable` is set, but to something we cannot know or parse. */
type Reading = Duration | 'unset' | 'unreadable';

export interface Range {
  shortest: Duration;
  longest: Duration;
}

export interface TimeoutPlan {
  /** What we give OTEL_EXPORTER_OTLP_TIMEOUT; absent where it stays as it is. */
  raised?: Duration;
  /** The OTLP timeouts that hold once our variables are added, over all signals. Undefined where one cannot be read. */
  otlp: Range | undefined;
  /** What we give each export timeout the user has not set. */
  exportTimeouts: ReadonlyMap<string, Duration>;
  /** The same for the export timeouts. */
  export: Range | undefined;
  /** Names of the user's timeouts that could not be read. */
  unreadable: string[];
}

export interface PlanInput {
  profile: Profile | undefined;
  /** The evidence is strong enough for the unit this language reads. */
  unitIsCertain: boolean;
  survive: Duration;
  user: UserLookup;
  /** Nothing may take longer than it would without us. */
  keepDefaults: boolean;
}

/** Decides every timeout together, because each bounds the others. */
export function planTimeouts(input: PlanInput): TimeoutPlan {
  const { profile, user } = input;
  const raised = raisedTimeout(input);
  const general = readOtlp(profile, user, otlpTimeout);
  const holds = general === 'unset' ? (raised ?? profile?.timeout.default ?? seconds(10)) : general;
  const signals = signalTimeouts.map((name) => readOtlp(profile, user, name)).filter((reading) => reading !== 'unset');
  const exportTimeouts = plannedExportTimeouts(input, holds);
  const effective = exportNames.map((name) => {
    const reading = readExport(user, name);
    return reading === 'unset' ? (exportTimeouts.get(name) ?? defaultExportTimeout) : reading;
  });
  return {
    ...(raised === undefined ? {} : { raised }),
    otlp: range([holds, ...signals]),
    exportTimeouts,
    export: range(effective),
    unreadable: [
      ...[otlpTimeout, ...signalTimeouts].filter((name) => readOtlp(profile, user, name) === 'unreadable'),
      ...exportNames.filter((name) => readExport(user, name) === 'unreadable'),
    ],
  };
}

const exportRows = universalVariables.filter((row) => row.kind === 'export-timeout');
const exportNames = exportRows.map(({ name }) => name);

/** The value for OTEL_EXPORTER_OTLP_TIMEOUT, or undefined where adding it would do no good, or could do harm. */
function raisedTimeout({ profile, unitIsCertain, survive, user, keepDefaults }: PlanInput): Duration | undefined {
  if (profile?.aim === undefined || !unitIsCertain || keepDefaults) return undefined;
  if (user(otlpTimeout) !== undefined || companionIsSet(profile, user)) return undefined;
  const caps = exportNames.map((name) => readExport(user, name)).filter((reading) => reading !== 'unset');
  if (caps.includes('unreadable')) return undefined;
  const limits = caps.filter((reading) => reading !== 'unreadable');
  if (profile.aim.kind === 'fixed') {
    const { value } = profile.aim;
    return limits.every(({ ms }) => ms >= value.ms) ? value : undefined;
  }
  const wanted = milliseconds(Math.ceil((survive.ms * 2) / 1000) * 1000);
  const value = wholeSeconds(shortest(wanted, profile.aim.ceiling ?? wanted, ...limits));
  return value.ms > profile.timeout.default.ms ? value : undefined;
}

const wholeSeconds = ({ ms }: Duration): Duration => seconds(Math.floor(ms / 1000));

/** Variables that only work as a set are left out together once the user has set one of them, for any signal. */
function companionIsSet(profile: Profile, user: UserLookup): boolean {
  if (profile.together === undefined) return false;
  const names = profile.together.flatMap(({ name }) =>
    cppSignals.map((signal) => name.replace('OTLP_RETRY', `OTLP_${signal}RETRY`)),
  );
  return [...names, ...signalTimeouts].some((name) => user(name) !== undefined);
}

function plannedExportTimeouts(
  { profile, survive, user, keepDefaults }: PlanInput,
  general: Reading,
): Map<string, Duration> {
  if (keepDefaults) return new Map();
  const base = longest(defaultExportTimeout, milliseconds(survive.ms * 2 + margin.ms));
  return new Map(
    exportRows
      .filter(({ name }) => user(name) === undefined)
      .map(({ name, signalTimeouts }) => {
        const bounded = [general, ...signalTimeouts.map((signal) => readOtlp(profile, user, signal))];
        const known = bounded.filter((reading) => typeof reading === 'object');
        return [name, longest(base, ...known.map(({ ms }) => milliseconds(ms + margin.ms)))];
      }),
  );
}

/**
 * Reads a user's OTLP timeout in the language's unit. With the language unknown, in milliseconds: the SDKs
 * that read seconds (Python, Ruby) do not let the export timeout cut it, so nothing depends on it there.
 */
function readOtlp(profile: Profile | undefined, user: UserLookup, name: string): Reading {
  return read(user, name, (text) => {
    const parsed = parseInUnit(text, profile?.timeout.unit ?? 'ms');
    return parsed ?? (profile?.timeout.readsSuffix ? parseDuration(text.trim()) : undefined);
  });
}

const readExport = (user: UserLookup, name: string): Reading => read(user, name, (text) => parseInUnit(text, 'ms'));

function read(user: UserLookup, name: string, parse: (text: string) => Duration | undefined): Reading {
  const value = user(name);
  if (value === undefined) return 'unset';
  const parsed = value.kind === 'literal' ? parse(value.value) : undefined;
  // Zero means "at once" to one SDK and "never" to the next.
  return parsed === undefined || parsed.ms === 0 || parsed.ms > longestBelieved.ms ? 'unreadable' : parsed;
}

function range(readings: readonly Reading[]): Range | undefined {
  const known = readings.filter((reading) => typeof reading === 'object');
  if (known.length < readings.length) return undefined;
  return { shortest: shortest(...known), longest: longest(...known) };
}
