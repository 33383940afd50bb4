import { describe, expect, it } from 'vitest';
import { accountFor, lostBy } from '../../src/demo/account.ts';

const counts = (produced: number, refused = 0, dropped = 0) => ({ produced, refused, dropped });
const arrived = (...numbers: number[]) => {
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  return times;
};

describe('the account of an app', () => {
  it('counts what was produced between two counts, and nothing else', () => {
    const account = accountFor('surge', 'defaults', [counts(10), counts(14)], arrived(9, 10, 11, 12, 13, 14));
    expect(account).toMatchObject({ restart: 'surge', app: 'defaults', produced: 4, delivered: 4, lost: 0 });
  });

  it('finds each number that is missing, the first and the last too', () => {
    const account = accountFor('gap', 'injected', [counts(0), counts(5)], arrived(1, 3));
    expect(account).toMatchObject({ produced: 5, delivered: 2, lost: 3 });
  });

  it('counts a span that came three times as delivered once, with two duplicates', () => {
    const account = accountFor('gap', 'injected', [counts(0), counts(2)], arrived(0, 1, 1, 1));
    expect(account).toMatchObject({ delivered: 2, duplicates: 2, lost: 0 });
  });

  it('takes what was refused and dropped in between only', () => {
    const account = accountFor('gap', 'defaults', [counts(0, 2, 100), counts(1, 7, 350)], arrived());
    expect(account).toMatchObject({ refused: 5, dropped: 250, lost: 1 });
  });
});

describe('what an app lost', () => {
  it('is the sum over its restarts', () => {
    const accounts = [
      accountFor('surge', 'defaults', [counts(0), counts(3)], arrived(0)),
      accountFor('gap', 'defaults', [counts(3), counts(4)], arrived()),
      accountFor('gap', 'injected', [counts(0), counts(9)], arrived()),
    ];
    expect(lostBy(accounts, 'defaults')).toBe(3);
    expect(lostBy(accounts, 'injected')).toBe(9);
  });
});
