import { describe, expect, test } from 'vitest';
import { lastAttempt, longestMs } from '../../src/retry/backoff.ts';
import type { Backoff } from '../../src/retry/backoff.ts';
import { backoffs, cppBackoff } from '../../src/retry/backoffs.ts';
import { seconds } from '../../src/retry/quantity.ts';

const refused = { attempt: seconds(0) };
const at = (backoff: Backoff, deadline: number) => lastAttempt(backoff, { ...refused, deadline: seconds(deadline) });

describe('lastAttempt', () => {
  // From a Monte-Carlo run over the same constants: seconds, 1st percentile and median.
  test.each([
    { name: 'Go gRPC, default', backoff: backoffs.go, deadline: 10, p1: 2.6, p50: 5.9 },
    { name: 'Go gRPC, cut by the default export timeout', backoff: backoffs.go, deadline: 30, p1: 14, p50: 23.5 },
    { name: 'Go gRPC, 60 s', backoff: backoffs.go, deadline: 60, p1: 30, p50: 46 },
    { name: 'Go gRPC, 90 s', backoff: backoffs.go, deadline: 90, p1: 52, p50: 71 },
    { name: 'Go HTTP on 503, export timeout 65 s', backoff: backoffs.go, deadline: 65, p1: 32, p50: 50 },
    { name: 'Python, default', backoff: backoffs.python, deadline: 10, p1: 5.9, p50: 7 },
    { name: 'Python, 40 s', backoff: backoffs.python, deadline: 40, p1: 26.6, p50: 31 },
    { name: 'Node.js, default', backoff: backoffs.nodejs, deadline: 10, p1: 7, p50: 8.1 },
    { name: 'Node.js, 20 s', backoff: backoffs.nodejs, deadline: 20, p1: 11.5, p50: 12.9 },
    { name: 'Java, default', backoff: backoffs.java, deadline: 10, p1: 7, p50: 8.1 },
    { name: 'Java, 60 s', backoff: backoffs.java, deadline: 60, p1: 7, p50: 8.1 },
    { name: '.NET, default', backoff: backoffs.dotnet, deadline: 10, p1: 5.5, p50: 8.6 },
    { name: '.NET, 60 s', backoff: backoffs.dotnet, deadline: 60, p1: 55, p50: 58.5 },
    { name: 'Ruby, default', backoff: backoffs.ruby, deadline: 30, p1: 4, p50: 18 },
    { name: 'Ruby, 65 s', backoff: backoffs.ruby, deadline: 65, p1: 7, p50: 28 },
    { name: 'C++ gRPC, default', backoff: backoffs.cpp, deadline: 10, p1: 7, p50: 8.1 },
    { name: 'C++ gRPC, 60 s', backoff: cppBackoff(seconds(60)), deadline: 60, p1: 38, p50: 44 },
  ])('agrees with the simulation: $name', ({ backoff, deadline, p1, p50 }) => {
    const model = at(backoff, deadline);
    expect(Math.abs(model.p1.ms / 1000 - p1)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(model.p50.ms / 1000 - p50)).toBeLessThanOrEqual(0.5);
  });

  test('never starts an attempt at the deadline', () => {
    const steady: Backoff = { initial: seconds(5), multiplier: 1, max: seconds(5), jitter: [1, 1] };
    expect(at(steady, 20).p50.ms).toBeLessThan(20_000);
    expect(at(steady, 20).p50.ms).toBeGreaterThanOrEqual(15_000);
  });

  test('counts the time that unanswered attempts take', () => {
    const { p50 } = lastAttempt(backoffs.java, { attempt: seconds(10), deadline: seconds(60) });
    expect(p50.ms / 1000).toBeCloseTo(48.1, 0);
  });

  test('ends at once with one attempt, or with no time', () => {
    expect(lastAttempt({ ...backoffs.java, attempts: 1 }, refused).p50.ms).toBe(0);
    expect(at(backoffs.dotnet, 0).p50.ms).toBe(0);
  });

  test('comes to an end for any deadline', () => {
    for (const deadline of [0.001, 1, 300, 3600, 86_400, 1e9]) {
      for (const backoff of Object.values(backoffs)) expect(at(backoff, deadline).p1.ms).toBeLessThanOrEqual(3_600_000);
    }
  });

  test('gets further with more time', () => {
    for (const backoff of [backoffs.go, backoffs.python, backoffs.nodejs, backoffs.dotnet]) {
      const medians = [10, 20, 30, 60, 120].map((deadline) => at(backoff, deadline).p50.ms);
      expect(medians).toEqual([...medians].sort((a, b) => a - b));
    }
  });
});

test('the delays for C++ fit the timeout even when all come out longest', () => {
  for (let timeout = 11; timeout <= 600; timeout += 1) {
    const longest = longestMs(cppBackoff(seconds(timeout)), seconds(0));
    expect(longest).toBeLessThanOrEqual(timeout * 1000);
    expect(longest).toBeGreaterThan(timeout * 850);
  }
});
