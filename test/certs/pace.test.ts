import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/certs/pace.ts';

/** The waits of `count` writes in a row, each needed `gapMs` after the one before was made. */
function waits(count: number, gapMs: number, settles: boolean): number[] {
  const pace = new Pace(500, () => 1);
  let now = 0;
  return Array.from({ length: count }, () => {
    const wait = pace.waitMs(now, 'write');
    now += wait;
    if (wait > 0) expect(pace.waitMs(now, 'write')).toBe(0);
    if (settles) pace.settle();
    now += gapMs;
    return wait;
  });
}

describe('a write', () => {
  it('waits for less than the jitter', () => {
    const pace = new Pace(500, () => 0.5);
    expect([0, 100, 250].map((now) => pace.waitMs(now, 'write'))).toEqual([250, 150, 0]);
  });

  it('that is not needed any more is not made later either', () => {
    const pace = new Pace(500, () => 0.5);
    pace.waitMs(0, 'write');
    pace.settle();
    expect(pace.waitMs(10_000, 'write')).toBe(250);
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

  it('is not held up by others before it, which were no longer needed', () => {
    const pace = new Pace(500, () => 1);
    const rotation = ['add-next', 'date-next', 'promote', 'drop-previous'];
    expect(rotation.map((write, index) => pace.waitMs(index * 600, write))).toEqual([500, 500, 500, 500]);
  });

  it('waits longer each time also if others come in between', () => {
    const pace = new Pace(500, () => 1);
    const made = (now: number, write: string) => {
      const wait = pace.waitMs(now, write);
      expect(pace.waitMs(now + wait, write)).toBe(0);
      return wait;
    };
    expect([made(0, 'a'), made(600, 'b'), made(1200, 'a'), made(2300, 'b')]).toEqual([500, 500, 1000, 1000]);
  });

  it('waits half a minute at most', () => {
    expect(waits(2000, 0, false).at(-1)).toBe(30_000);
  });

  it('does not wait for years when the clock is set back', () => {
    const pace = new Pace(500, () => 0.5);
    pace.waitMs(Date.parse('2036-01-01'), 'write');
    expect(pace.waitMs(Date.parse('2026-01-01'), 'write')).toBe(30_000);
  });
});
