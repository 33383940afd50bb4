import { describe, expect, it } from 'vitest';
import { account, summary } from './ledger.ts';
import type { Received } from './sink-records.ts';

const received = (service: string, seqs: readonly number[], signal: Received['signal'] = 'traces'): Received => ({
  service,
  signal,
  seqs: Float64Array.from(seqs),
  times: Float64Array.from(seqs),
});
const produced = (count: number) => [{ service: 'app', signal: 'traces', count }] as const;

describe('the account of an app and signal', () => {
  it.each([
    { title: 'all that arrived once', seqs: [2, 0, 1], delivered: 3 },
    { title: 'what never arrived', seqs: [1], delivered: 1, lost: [0, 2] },
    { title: 'what arrived more than once', seqs: [0, 1, 2, 1, 1], delivered: 3, duplicates: [1, 1] },
    { title: 'numbers that were not produced', seqs: [0, 1, 2, 3, 0.5], delivered: 3, unknown: [3, 0.5] },
    { title: 'nothing at all', seqs: [], delivered: 0, lost: [0, 1, 2] },
  ])('tells $title', ({ seqs, delivered, lost = [], duplicates = [], unknown = [] }) => {
    const [result] = account(produced(3), [received('app', seqs)]);
    expect(result).toEqual({ service: 'app', signal: 'traces', produced: 3, delivered, lost, duplicates, unknown });
  });

  it('has nothing of other apps and other signals', () => {
    const others = [received('other', [0]), received('app', [1], 'logs'), received('app', [2])];
    expect(account(produced(3), others)).toMatchObject([{ delivered: 1, lost: [0, 1] }]);
  });

  it('takes what several sinks received', () => {
    const sinks = [received('app', [0, 1]), received('app', [1, 2])];
    expect(account(produced(3), sinks)).toMatchObject([{ delivered: 3, lost: [], duplicates: [1] }]);
  });

  it('is one line for people', () => {
    const [result] = account(produced(9), [received('app', [0, 4, 5, 5, 9])]);
    expect(result && summary(result)).toBe(
      'app traces: 9 produced, 3 delivered, 6 lost (1-3, 6-8), 1 twice (5), 1 unknown (9)',
    );
  });
});
