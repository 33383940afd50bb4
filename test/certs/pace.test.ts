import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/certs/pace.ts';

/** The waits of `count` writes in a row, each needed `gapMs` after the one before was made. */
function waits(count: number, gapMs: number, settles: boolean): number[] {
  const pace = new Pace(500, () => 1);
  let now = 0;
  return Array.from({ length: count }, () => {
    const wait = pace.waitMs(now);
    now += wait;
    if (wait > 0) expect(pace.waitMs(now)).toBe(0);
    if (settles) pace.settle();
    now += gapMs;
    return wait;
  });
}

describe('a write', () => {
  it('waits for less than the jitter', () => {
    const pace = new Pace(500, () => 0.5);
    expect([0, 100, 250].map((now) => pace.waitMs(now))).toEqual([250, 150, 0]);
  });

  it('that is not needed any more is not made later either', () => {
    const pace = new Pace(500, () => 0.5);
    pace.waitMs(0);
    pace.settle();
    expect(pace.waitMs(10_000)).toBe(250);
  });

  it.each([
    { name: 'now and then never waits longer', gapMs: 2000, settles: true, want: [500, 500, 500, 500, 500] },
    {
      name: 'that is undone at once waits longer each time',
      gapMs: 100,
      settles: true,
      want: [500, 1000, 2000, 4000, 8000],
    },
    { name: 'that fails does so too', gapMs: 2000, settles: false, want: [500, 1000, 2000, 4000, 8000] },
  ])('$name', ({ gapMs, settles, want }) => {
    expect(waits(5, gapMs, settles)).toEqual(want);
  });

  it('waits half a minute at most', () => {
    expect(waits(2000, 0, false).at(-1)).toBe(30_000);
  });

  it('does not wait for years when the clock is set back', () => {
    const pace = new Pace(500, () => 0.5);
    pace.waitMs(Date.parse('2036-01-01'));
    expect(pace.waitMs(Date.parse('2026-01-01'))).toBe(30_000);
  });
});
