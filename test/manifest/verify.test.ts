import { describe, expect, it } from 'vitest';
import { objectsOf } from '../../src/manifest/objects.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { sameJson, verified } from '../../src/manifest/verify.ts';

describe('the last look at a changed text', () => {
  const text = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n';
  const stream = readStream({ name: 'x.yaml', text });
  const objects = objectsOf(stream);
  const expected = stream.documents.map(({ value }) => value);

  it('passes what holds the same, whatever its layout', () => {
    const other = 'kind: Pod\nmetadata:\n  namespace: shop\n  name: web\napiVersion: v1\n';
    expect(verified(stream, other, expected, objects).text).toBe(other);
  });

  const wrong = [
    { name: 'another value', given: text.replace('web', 'wub'), want: 'would come out other than decided' },
    {
      name: 'a value that is missing',
      given: 'apiVersion: v1\nkind: Pod\n',
      want: 'would come out other than decided',
    },
    { name: 'one document more', given: `${text}---\na: 1\n`, want: 'would be split up' },
    { name: 'invalid YAML', given: `${text}  - a\n`, want: 'would come out as invalid YAML' },
  ];
  it.each(wrong)('stops at $name, and names the object', ({ given, want }) => {
    expect(() => verified(stream, given, expected, objects)).toThrow(`internal error: Pod shop/web in x.yaml ${want}`);
  });
});

describe('sameJson', () => {
  const cases: [unknown, unknown, boolean][] = [
    [{ a: 1, b: [1, null] }, { b: [1, null], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [{ a: 1 }, { a: 1, b: null }, false],
    [{ a: null }, { b: null }, false],
    [[], {}, false],
    [null, {}, false],
    ['1', 1, false],
  ];
  it.each(cases)('%j and %j: %s', (a, b, want) => expect(sameJson(a, b)).toBe(want));
});
