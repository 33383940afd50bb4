import { isIP } from 'node:net';
import { type Duration, parseDuration } from '../retry/quantity.ts';

/** What a setting accepts, written once for the loader, the JSON Schema, the help and the docs. */
export interface SettingType<T> {
  /** One word for help and docs: `--retry-survive <duration>`. */
  readonly placeholder: string;
  /** Completes "expected …". */
  readonly expected: string;
  /** The JSON Schema of the value as it stands in a file; bounds of durations and sizes cannot be said there. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The typed value of what stands in a file, or undefined when it is not acceptable. */
  readonly read: (raw: unknown) => T | undefined;
  /** What would stand in a file for this text of a flag or an environment variable; `read` judges it. */
  readonly fromText: (text: string) => unknown;
}

const asIs = (text: string): unknown => text;

/** A text that matches the pattern as a whole. */
export function text(placeholder: string, pattern: string, expected: string): SettingType<string> {
  const regExp = new RegExp(pattern);
  return {
    placeholder,
    expected,
    schema: { type: 'string', pattern },
    read: (raw) => (typeof raw === 'string' && regExp.test(raw) ? raw : undefined),
    fromText: asIs,
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): SettingType<Word> {
  return {
    placeholder: words.join('|'),
    expected: `one of ${words.join(', ')}`,
    schema: { enum: words },
    read: (raw) => words.find((word) => word === raw),
    fromText: asIs,
  };
}

/** A whole number between two bounds, both allowed. */
export function integer(min: number, max: number, placeholder = 'number'): SettingType<number> {
  return {
    placeholder,
    expected: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max },
    read: (raw) => (typeof raw === 'number' && Number.isInteger(raw) && within(raw, min, max) ? raw : undefined),
    fromText: (text) => (/^[0-9]+$/.test(text) ? Number(text) : text),
  };
}

// What parseDuration accepts, for the JSON Schema: units in falling order, at least one.
const durationPattern =
  '^(?=.)([0-9]+(\\.[0-9]+)?h)?([0-9]+(\\.[0-9]+)?m)?([0-9]+(\\.[0-9]+)?s)?([0-9]+(\\.[0-9]+)?ms)?$';

/** A time with its unit, between two bounds. */
export function duration(min: string, max: string): SettingType<Duration> {
  const [least, most] = [msOf(min), msOf(max)];
  return {
    placeholder: 'duration',
    expected: `a time with its unit (500ms, 1m30s) from ${min} to ${max}`,
    schema: { type: 'string', pattern: durationPattern },
    read: (raw) => {
      const value = typeof raw === 'string' ? parseDuration(raw) : undefined;
      return value !== undefined && within(value.ms, least, most) ? value : undefined;
    },
    fromText: asIs,
  };
}

const binaryUnits: Readonly<Record<string, number>> = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

/** An amount of memory with its unit, between two bounds; typed, it is a number of bytes. */
export function bytes(min: string, max: string): SettingType<number> {
  const [least, most] = [bytesOf(min), bytesOf(max)];
  return {
    placeholder: 'size',
    expected: `a size in Ki, Mi or Gi from ${min} to ${max}`,
    schema: { type: 'string', pattern: '^[0-9]+(Ki|Mi|Gi)$' },
    read: (raw) => {
      const value = bytesOf(raw);
      return within(value, least, most) ? value : undefined;
    },
    fromText: asIs,
  };
}

/** A list of texts; in a flag or an environment variable separated by commas, and empty for no entry. */
export function list(
  placeholder: string,
  pattern: string,
  expected: string,
  accepts: (entry: string) => boolean = (entry) => new RegExp(pattern).test(entry),
): SettingType<readonly string[]> {
  const isEntry = (entry: unknown): entry is string => typeof entry === 'string' && accepts(entry);
  return {
    placeholder,
    expected: `a list of ${expected}`,
    schema: { type: 'array', items: { type: 'string', pattern } },
    read: (raw) => (Array.isArray(raw) && raw.every(isEntry) ? Object.freeze([...raw]) : undefined),
    fromText: (text) => (text.trim() === '' ? [] : text.split(',').map((entry) => entry.trim())),
  };
}

/** IPv4 or IPv6 addresses, without brackets, prefix length or zone. */
export function ipAddresses(): SettingType<readonly string[]> {
  return list('addresses', '^[0-9a-fA-F.:]+$', 'IP addresses', (entry) => isIP(entry) !== 0 && !entry.includes('%'));
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function msOf(text: string): number {
  return parseDuration(text)?.ms ?? Number.NaN;
}

/** NaN for anything that is not a size. */
function bytesOf(raw: unknown): number {
  const match = typeof raw === 'string' ? /^([0-9]+)(Ki|Mi|Gi)$/.exec(raw) : null;
  return Number(match?.[1]) * (binaryUnits[match?.[2] ?? ''] ?? Number.NaN);
}
