import { describe, expect, test } from 'vitest';
import type { CompanionVariable, Profile, TimeoutAim } from '../../src/retry/profile.ts';
import { profiles } from '../../src/retry/profiles.ts';
import { formatDuration, parseInUnit, seconds } from '../../src/retry/quantity.ts';
import type { Duration, Unit } from '../../src/retry/quantity.ts';
import { universalVariables } from '../../src/retry/universal.ts';
import type { UniversalVariable } from '../../src/retry/universal.ts';

// `npm run types` checks these: each line that is to be an error fails it when it is none.
const why = 'So it is.';
const common = { name: 'OTEL_BSP_EXPORT_TIMEOUT', why, harm: 'None.' };

const wrong = () => [
  // @ts-expect-error a number is no duration: nobody knows of what
  60_000 satisfies Duration,
  // @ts-expect-error nor is what a variable holds
  '60s' satisfies Duration,
  // @ts-expect-error no number gets into a variable
  formatDuration(60_000, 'ms'),
  // @ts-expect-error and no duration without the unit that the SDK reads
  formatDuration(seconds(60)),
  // @ts-expect-error nor does a user's value get out of one
  parseInUnit('60000'),
  // @ts-expect-error there are four ways to write a duration
  'sec' satisfies Unit,
  // @ts-expect-error a profile aims at a time
  { kind: 'target', ceiling: 60_000 } satisfies TimeoutAim,
  // @ts-expect-error the same for a fixed value
  { kind: 'fixed', value: '2000' } satisfies TimeoutAim,
  // @ts-expect-error a profile cannot leave its unit out
  { default: seconds(10), why } satisfies Profile['timeout'],
  // @ts-expect-error nor set seconds by a hint, which other SDKs would read as milliseconds
  { unit: 's', default: seconds(10), why } satisfies Profile['timeout'],
  // @ts-expect-error what is computed from the timeout has a unit of its own
  { name: 'X', why, value: () => seconds(4) } satisfies CompanionVariable,
  // @ts-expect-error and is a time
  { name: 'X', why, unit: 's', value: () => 4 } satisfies CompanionVariable,
  // @ts-expect-error an export timeout is computed, never written out
  { ...common, kind: 'export-timeout', value: '65000' } satisfies UniversalVariable,
  // @ts-expect-error and has a unit
  { ...common, kind: 'export-timeout', signalTimeouts: [] } satisfies UniversalVariable,
];

test('a wrong unit cannot be expressed', () => {
  expect(wrong).toBeTypeOf('function');
});

/** Names whose value is a time, in any SDK. */
const time = /(TIMEOUT|INTERVAL|DELAY|BACKOFF|PERIOD|DURATION)(_MS|_SECONDS)?$/;

describe('a variable that holds a time', () => {
  const companions = profiles.flatMap(({ together = [] }) => together);

  test('is never written out as text, where no unit would be checked', () => {
    const asText = [
      ...universalVariables.filter(({ kind }) => kind !== 'export-timeout').map(({ name }) => name),
      ...companions.filter((row) => 'text' in row).map(({ name }) => name),
    ];
    expect(asText.length).toBeGreaterThan(0);
    expect(asText.filter((name) => time.test(name))).toEqual([]);
  });

  test('has the unit that its SDKs read', () => {
    // Written out a second time on purpose, as in profiles.test.ts.
    const units: Readonly<Record<string, Unit>> = {
      OTEL_BSP_EXPORT_TIMEOUT: 'ms',
      OTEL_BLRP_EXPORT_TIMEOUT: 'ms',
      OTEL_CPP_EXPORTER_OTLP_RETRY_INITIAL_BACKOFF: 'decimal-s',
      OTEL_CPP_EXPORTER_OTLP_RETRY_MAX_BACKOFF: 'decimal-s',
    };
    const rows = [...universalVariables, ...companions].flatMap((row) => ('unit' in row ? [[row.name, row.unit]] : []));
    expect(Object.fromEntries(rows)).toEqual(units);
    expect(Object.keys(units).filter((name) => !time.test(name))).toEqual([]);
  });
});
