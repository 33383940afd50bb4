import { describe, expect, it } from 'vitest';
import { parseReview, renderResponse } from '../../src/admission/review.ts';
import { readReview, reviewNames } from '../reviews.ts';
import { podReview } from './context.ts';

describe('parsing a review', () => {
  it.each(reviewNames)('reads %s as the API server sent it', (name) => {
    const parsed = parseReview(readReview(name));
    expect(parsed).toMatchObject({ request: { resource: 'pods', uid: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
  });

  it('takes over what the handler needs', () => {
    const parsed = parseReview(JSON.stringify(podReview({ a: 1 }, { name: 'p', dryRun: true, subResource: 'status' })));
    expect(parsed).toEqual({
      request: {
        uid: 'u-1',
        resource: 'pods',
        subResource: 'status',
        operation: 'CREATE',
        namespace: 'shop',
        name: 'p',
        dryRun: true,
        object: { a: 1 },
      },
    });
  });

  it('names the group of a resource that is not in the core group', () => {
    const review = podReview({}, { resource: { group: 'apps', version: 'v1', resource: 'deployments' } });
    expect(parseReview(JSON.stringify(review))).toMatchObject({ request: { resource: 'apps/deployments' } });
  });

  it('counts fields of the wrong type as absent', () => {
    const review = podReview({}, { namespace: 7, name: {}, dryRun: 'true', operation: [], resource: 'pods' });
    expect(parseReview(JSON.stringify(review))).toMatchObject({
      request: { namespace: undefined, name: undefined, dryRun: false, operation: '', resource: '' },
    });
  });

  it('never quotes the text in its message', () => {
    for (const text of ['{"password":"s3cret', 's3cret', '{"a":s3cret}', '"s3cret" x']) {
      expect(parseReview(text)).toEqual({ malformed: expect.not.stringContaining('s3cret') });
    }
  });

  it('says where the JSON breaks off', () => {
    expect(parseReview('{"a": 1')).toEqual({ malformed: 'the body is not JSON (character 7)' });
  });
});

describe('rendering a response', () => {
  const warningsOf = (...warnings: string[]) =>
    JSON.parse(renderResponse('u', [], warnings)).response.warnings as string[];

  it('leaves out patch and patchType together when there is nothing to do', () => {
    expect(JSON.parse(renderResponse('u', [], []))).toEqual({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: 'u', allowed: true },
    });
  });

  it('encodes the operations', () => {
    const { response } = JSON.parse(renderResponse('u', [{ op: 'add', path: '/é', value: '✓' }], []));
    expect(response.patchType).toBe('JSONPatch');
    expect(Buffer.from(response.patch, 'base64').toString()).toBe('[{"op":"add","path":"/é","value":"✓"}]');
  });

  it('cuts warnings to 120 characters without cutting one in two', () => {
    expect(warningsOf('x'.repeat(120))).toEqual(['x'.repeat(120)]);
    expect(warningsOf('x'.repeat(121))).toEqual([`${'x'.repeat(119)}…`]);
    expect(warningsOf('🚀'.repeat(500))).toEqual([`${'🚀'.repeat(119)}…`]);
  });

  it('has no control characters in warnings', () => {
    expect(warningsOf('a\r\nb\u0000c\u2028d\u007fe')).toEqual(['a b c d e']);
  });

  it('keeps the sum of all warnings within what the API server passes on', () => {
    const warnings = warningsOf(...Array.from({ length: 100 }, () => 'y'.repeat(200)));
    expect(warnings).toHaveLength(30);
    expect(warnings.at(-1)).toBe('71 more warnings: see the log line of this request');
    expect(warnings.join('').length).toBeLessThan(4096);
  });
});
