import { describe, expect, test } from 'vitest';
import {
  describeDuration,
  formatDuration,
  milliseconds,
  parseDuration,
  parseInUnit,
  seconds,
} from '../../src/retry/quantity.ts';
import type { Unit } from '../../src/retry/quantity.ts';

describe('parseDuration', () => {
  test.each([
    { given: '30s', want: 30_000 },
    { given: '1m30s', want: 90_000 },
    { given: '500ms', want: 500 },
    { given: '1s500ms', want: 1500 },
    { given: '1.5s', want: 1500 },
    { given: '2m', want: 120_000 },
    { given: '1h', want: 3_600_000 },
    { given: '0s', want: 0 },
  ])('reads $given', ({ given, want }) => {
    expect(parseDuration(given)).toEqual({ ms: want });
  });

  test.each(['', '30', 's', '30 s', '-1s', '1s1m', '1s1s', '1d', '1e3s', '.5s', '5.s', '30S', ' 30s', 'ten seconds'])(
    'does not read "%s"',
    (given) => {
      expect(parseDuration(given)).toBeUndefined();
    },
  );
});

describe('formatDuration', () => {
  test.each<{ given: number; unit: Unit; want: string }>([
    { given: 60_000, unit: 'ms', want: '60000' },
    { given: 40_000, unit: 's', want: '40' },
    { given: 40_001, unit: 's', want: '41' },
    { given: 4000, unit: 'decimal-s', want: '4.0' },
    { given: 1340, unit: 'decimal-s', want: '1.4' },
    { given: 60_000, unit: 'suffixed', want: '60s' },
    { given: 1500, unit: 'suffixed', want: '1500ms' },
  ])('writes $given ms as $want ($unit)', ({ given, unit, want }) => {
    expect(formatDuration(milliseconds(given), unit)).toBe(want);
  });

  test.each<Unit>(['ms', 's', 'decimal-s', 'suffixed'])('reads back in %s what it wrote', (unit) => {
    for (let n = 1; n <= 300; n += 1) {
      expect(parseInUnit(formatDuration(seconds(n), unit), unit)).toEqual(seconds(n));
    }
  });
});

describe('parseInUnit', () => {
  test.each<{ given: string; unit: Unit; want: number | undefined }>([
    { given: '10', unit: 'ms', want: 10 },
    { given: '10', unit: 's', want: 10_000 },
    { given: ' 2.5 ', unit: 's', want: 2500 },
    { given: '2.5', unit: 'ms', want: undefined },
    { given: '10', unit: 'suffixed', want: undefined },
    { given: '10s', unit: 'suffixed', want: 10_000 },
    { given: '10s', unit: 's', want: undefined },
    { given: '10s', unit: 'ms', want: undefined },
    { given: '', unit: 'ms', want: undefined },
    { given: '-1', unit: 'ms', want: undefined },
    { given: '$(TIMEOUT)', unit: 'ms', want: undefined },
  ])('reads "$given" ($unit) as $want', ({ given, unit, want }) => {
    expect(parseInUnit(given, unit)?.ms).toBe(want);
  });
});

test('describes a duration for people', () => {
  expect([0, 500, 8122, 45_000, 90_000, 150_000].map((ms) => describeDuration({ ms }))).toEqual([
    '0 ms',
    '500 ms',
    '8.1 s',
    '45 s',
    '90 s',
    '2.5 min',
  ]);
});
