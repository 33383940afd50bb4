import { describe, expect, it } from 'vitest';
import { handleReview } from '../../src/admission/handler.ts';
import { context } from '../admission/context.ts';
import { readHead, requestBytes } from './answer.ts';
import { checkAnswer } from './first-answer.ts';
import { readOptions } from './options.ts';
import { makeReview, reviewSizes } from './review.ts';
import { answer } from './servers/mutate.ts';
import { median, medianRatio, percentile } from './statistics.ts';
import { variables } from './variables.ts';

describe('the review generator', () => {
  it.each(reviewSizes)('makes a review of $name: JSON of exactly that size, the same each time', (size) => {
    const review = makeReview(size);
    expect(Buffer.byteLength(review)).toBe(size.bytes);
    expect(makeReview(size)).toBe(review);
    const { request } = JSON.parse(review);
    expect(request.object.spec.containers).toHaveLength(size.containers);
    expect(review).not.toContain('OTEL_');
  });

  it.each(reviewSizes)(
    'makes a review of $name that an API server would accept and the webhook patches',
    async (size) => {
      const review = makeReview(size);
      const { body } = await handleReview(review, context(), Number.POSITIVE_INFINITY);
      expect(checkAnswer(review, body)).toBeGreaterThan(0);
    },
  );

  it('refuses a size that its containers alone exceed', () => {
    expect(() => makeReview({ name: 'tiny', bytes: 100, containers: 1, envPerContainer: 1 })).toThrow('bytes more');
  });
});

describe('the statistics', () => {
  it.each([
    { share: 0.5, want: 2 },
    { share: 0.99, want: 4 },
    { share: 0, want: 1 },
  ])('takes percentile $share by nearest rank', ({ share, want }) => {
    expect(percentile([1, 2, 3, 4], share)).toBe(want);
  });

  it('takes the median of an odd, an even and an empty list', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
  });

  it('compares each round with its own neighbour', () => {
    expect(medianRatio([10, 200, 30], [20, 100, 60])).toBe(0.5);
  });
});

describe('the answer', () => {
  const [size] = reviewSizes;
  const review = size === undefined ? '' : makeReview(size);

  it('is counted when it is right', () => {
    expect(checkAnswer(review, JSON.stringify(answer(JSON.parse(review))))).toBe(variables.length);
  });

  it('is refused when it allows the pod without a patch', () => {
    const { response, ...rest } = answer(JSON.parse(review));
    const bare = { ...rest, response: { uid: response.uid, allowed: true } };
    expect(() => checkAnswer(review, JSON.stringify(bare))).toThrow('not an answer with a patch');
  });

  it('ends where its Content-Length says', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    expect(readHead(Buffer.from(`${head}hello`))).toEqual({ status: 200, bodyBytes: 5, totalBytes: head.length + 5 });
    expect(readHead(Buffer.from('HTTP/1.1 200 OK\r\nConte'))).toBeUndefined();
    expect(() => readHead(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'))).toThrow(
      'Content-Length',
    );
  });

  it('is asked for with the length of the review', () => {
    expect(requestBytes(Buffer.from('{}'), 8443).toString()).toMatch(/Content-Length: 2\r\n[^]*\r\n\r\n\{\}$/);
  });
});

describe('the options', () => {
  it('name what they do not know', () => {
    expect(() => readOptions(['--sizes', '6k,7k'])).toThrow('7k is none of 6k, 20k, 200k, 2m');
    expect(() => readOptions(['--rounds', 'many'])).toThrow('--rounds');
  });
});
