/** A length of time. There is no bare number for one anywhere: it enters by a parser and leaves by `formatDuration`. */
export interface Duration {
  readonly ms: number;
}

/**
 * How an SDK writes a duration in an environment variable.
 *
 * `ms` 60000, `s` 40 (whole seconds), `decimal-s` 4.0, `suffixed` 60s. The same digits mean times that
 * differ a thousandfold, so the unit belongs to the variable's row in a table, never to the code that uses it.
 */
export type Unit = 'ms' | 's' | 'decimal-s' | 'suffixed';

export const milliseconds = (n: number): Duration => ({ ms: n });
export const seconds = (n: number): Duration => ({ ms: n * 1000 });
export const shortest = (...durations: Duration[]): Duration => ({ ms: Math.min(...durations.map((d) => d.ms)) });
export const longest = (...durations: Duration[]): Duration => ({ ms: Math.max(...durations.map((d) => d.ms)) });

const number = String.raw`(\d+(?:\.\d+)?)`;
const durationText = new RegExp(`^(?:${number}h)?(?:${number}m)?(?:${number}s)?(?:${number}ms)?$`);

/** Reads `30s`, `1m30s`, `500ms`, `1.5h`: units in falling order, each at most once and never left out. Undefined for anything else. */
export function parseDuration(text: string): Duration | undefined {
  const match = durationText.exec(text);
  if (match === null || text === '') return undefined;
  const [, h = '0', m = '0', s = '0', ms = '0'] = match;
  return milliseconds(Math.round(((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Number(ms)));
}

/**
 * Writes a duration the way the given unit is read. What the unit cannot hold is rounded up, so that no
 * value is shorter than meant.
 */
export function formatDuration(duration: Duration, unit: Unit): string {
  return writers[unit](Math.ceil(duration.ms));
}

const writers: Readonly<Record<Unit, (ms: number) => string>> = {
  ms: (ms) => String(ms),
  s: (ms) => String(Math.ceil(ms / 1000)),
  'decimal-s': (ms) => (Math.ceil(ms / 100) / 10).toFixed(1),
  suffixed: (ms) => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`),
};

/** Reads what a user wrote, in the unit the SDK reads. Undefined where the SDK would not read it as a duration either. */
export function parseInUnit(text: string, unit: Unit): Duration | undefined {
  const trimmed = text.trim();
  if (unit === 'suffixed') return parseDuration(trimmed);
  const isNumber = (unit === 'ms' ? /^\d+$/ : /^\d+(\.\d+)?$/).test(trimmed);
  if (!isNumber) return undefined;
  return unit === 'ms' ? milliseconds(Number(trimmed)) : seconds(Number(trimmed));
}

/** For people: `8.1 s`, `45 s`, `2 min`. Never for a variable. */
export function describeDuration({ ms }: Duration): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms >= 120_000) return `${Number((ms / 60_000).toFixed(1))} min`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}
