import { describe, expect, test } from 'vitest';
import { outagesOf, planOf } from './cells.ts';
import { readOptions } from './options.ts';

const read = (...args: string[]) => {
  const options = readOptions(args);
  if (options === 'help') throw new Error('help was not asked for');
  return options;
};

describe('readOptions', () => {
  test('takes the quick matrix of all current SDKs without a word', () => {
    const { outages, apps, runs } = read();
    expect(outages).toEqual(outagesOf('quick'));
    expect(apps).toContain('java-grpc');
    expect(apps.filter((name) => name.endsWith('-oldest'))).toEqual([]);
    expect(runs).toBe(3);
  });

  test('takes languages for their apps', () => {
    expect(read('--sdk', 'nodejs,go-http').apps).toEqual(['node-http', 'node-grpc', 'go-http']);
  });

  test('takes the oldest releases with --full', () => {
    expect(read('--full').apps).toContain('node-http-oldest');
  });

  test('makes lengths that are named for each kind that is named', () => {
    expect(read('--outage', 'refused,reset', '--seconds', '5').outages).toEqual([
      { kind: 'refused', seconds: 5 },
      { kind: 'reset', seconds: 5 },
    ]);
  });

  test('takes variables to try, and ones to leave out', () => {
    expect(read('--try', 'A=1,B=').tried).toEqual({ A: '1', B: '' });
  });

  test.each([
    ['--runs', '0'],
    ['--sdk', 'cobol'],
    ['--outage', 'rain'],
    ['--try', 'A'],
    ['--quick', '--full'],
  ])('refuses %s %s', (...args) => {
    expect(() => read(...args)).toThrow(/--/);
  });
});

describe('planOf', () => {
  const [newest, oldest] = [{ oldest: false }, { oldest: true }];
  const lengths = (batches: ReturnType<typeof planOf>) =>
    batches.map(({ outages }) => outages.map(({ seconds }) => seconds));

  test('runs outages of one length side by side, so many at a time', () => {
    expect(lengths(planOf([newest], outagesOf('quick'), 3))).toEqual([[10, 10, 10], [10], [30, 30, 30], [30]]);
  });

  test('lets the oldest releases see the quick outages only, unless they are alone', () => {
    const full = planOf([newest, oldest], outagesOf('full'), 4);
    const ofOldest = full.filter(({ apps }) => apps.includes(oldest));
    expect(lengths(ofOldest)).toEqual([
      [10, 10, 10, 10],
      [30, 30, 30, 30],
    ]);
    expect(ofOldest.every(({ apps }) => apps.length === 1)).toBe(true);
    expect(planOf([oldest], [{ kind: 'reset', seconds: 2 }], 4)).toHaveLength(1);
  });
});
