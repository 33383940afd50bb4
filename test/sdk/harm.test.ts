import { describe, expect, test } from 'vitest';
import { differences, type Outcome, warningsIn } from './harm.ts';

const well: Outcome = { exit: 'exit code 0', lost: 0, warnings: ['WARN no resource #'] };

describe('differences', () => {
  test('finds none in the same outcome', () => expect(differences(well, { ...well })).toEqual([]));

  test.each<{ name: string; after: Outcome; want: RegExp }>([
    { name: 'a crash', after: { ...well, exit: 'ended without a word, exit code 1' }, want: /exit code 1 instead of/ },
    { name: 'a loss', after: { ...well, lost: 3 }, want: /^3 items lost/ },
    { name: 'a new warning', after: { ...well, warnings: ['invalid value'] }, want: /^says: invalid value/ },
  ])('finds $name', ({ after, want }) => {
    expect(differences(well, after)).toEqual([expect.stringMatching(want)]);
  });

  test('does not blame ours for a program that crashed without them', () => {
    expect(differences({ ...well, exit: 'ended without a word, exit code 1' }, well)).toEqual([]);
  });
});

test('warningsIn takes lines that sound like trouble, without what differs from run to run', () => {
  const stderr = '10:00:01.5 INFO ready\n10:00:02.1 WARN queue 8192 clamped\n10:00:03.9 WARN queue 8192 clamped\n';
  expect(warningsIn(stderr)).toEqual(['# WARN queue # clamped']);
});
