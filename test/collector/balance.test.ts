import { describe, expect, it } from 'vitest';
import { type Answered, balanceLine, balanceOf } from './balance.ts';

const answer = (first: number, status: string, signal: Answered['signal'] = 'traces'): Answered => {
  return { signal, first, items: 2, status };
};
const received = (seqs: number[], service = 'app') => {
  return { service, signal: 'traces' as const, seqs: Float64Array.from(seqs), times: new Float64Array(seqs.length) };
};

describe('the balance of a load', () => {
  const answers = [
    answer(0, '200'),
    answer(2, '503'),
    answer(4, 'grpc 0'),
    answer(6, 'grpc 14'),
    answer(8, 'ECONNRESET'),
  ];

  it('accounts for each number by its answer', () => {
    expect(balanceOf('traces', 'app', answers, [received([0, 1, 4, 5])])).toEqual({
      signal: 'traces',
      offered: 10,
      accepted: 4,
      refused: 4,
      unanswered: 2,
      statuses: { 200: 2, 503: 2, 'grpc 0': 2, 'grpc 14': 2, ECONNRESET: 2 },
      delivered: 4,
      missing: [],
      deliveredThoughRefused: 0,
      duplicates: 0,
    });
  });

  it.each([
    { title: 'what is missing', seqs: [0, 4, 5], want: { delivered: 3, missing: [1], duplicates: 0 } },
    { title: 'what came twice', seqs: [0, 0, 1, 4, 5], want: { delivered: 4, missing: [], duplicates: 1 } },
    {
      title: 'what came though it was refused',
      seqs: [0, 1, 3, 4, 5],
      want: { deliveredThoughRefused: 1, missing: [] },
    },
    { title: 'nothing wrong in what came unanswered', seqs: [0, 1, 4, 5, 8], want: { delivered: 4, duplicates: 0 } },
  ])('finds $title', ({ seqs, want }) => {
    expect(balanceOf('traces', 'app', answers, [received(seqs)])).toMatchObject(want);
  });

  it('leaves out other signals and other apps', () => {
    const some = [answer(0, '200'), answer(0, '200', 'logs')];
    expect(balanceOf('traces', 'app', some, [received([0, 1], 'other')])).toMatchObject({
      offered: 2,
      missing: [0, 1],
    });
  });

  it('is told in one line', () => {
    expect(balanceLine(balanceOf('traces', 'app', answers, [received([0, 1, 1, 4])]))).toBe(
      'traces: 10 offered = 4 accepted + 4 refused + 2 unanswered (503, grpc 14, ECONNRESET); 3 delivered, 1 missing, 1 twice',
    );
  });
});
