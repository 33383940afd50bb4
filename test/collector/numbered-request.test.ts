import { describe, expect, it } from 'vitest';
import { itemsOf } from '../../src/otlp/decode.ts';
import { signals } from '../../src/otlp/schema.ts';
import { NumberedRequest } from './numbered-request.ts';

describe.each(signals)('numbered requests of %s', (signal) => {
  const request = new NumberedRequest(signal, 'orders', 3, { attributes: 4, padding: 300 });

  it.each([0, 5_000_000_000])('hold consecutive numbers from %d on', (first) => {
    const items = itemsOf(signal, request.from(first));
    expect(items.map(({ service, seq }) => [service, seq])).toEqual([0, 1, 2].map((i) => ['orders', first + i]));
  });

  it('know how many items they hold', () => expect(request.items).toBe(3));
});
