import { expect, it } from 'vitest';
import { joinTexts } from '../../src/manifest/join.ts';

const cases: { name: string; given: string[]; want: string }[] = [
  { name: 'leaves one text as it is', given: ['\uFEFFa: 1'], want: '\uFEFFa: 1' },
  { name: 'puts a marker between', given: ['a: 1\n', 'b: 1\n'], want: 'a: 1\n---\nb: 1\n' },
  { name: 'ends the last line first', given: ['a: 1', 'b: 1'], want: 'a: 1\n---\nb: 1' },
  { name: 'uses the line ends of the text before', given: ['a: 1\r\n', '\uFEFFb: 1'], want: 'a: 1\r\n---\r\nb: 1' },
  { name: 'adds no second marker', given: ['a: 1', '# c\n\n--- # d\nb: 1'], want: 'a: 1\n# c\n\n--- # d\nb: 1' },
  { name: 'is not misled by dashes', given: ['a: 1\n', '- b\n'], want: 'a: 1\n---\n- b\n' },
  {
    name: 'ends a document before a directive',
    given: ['a: 1\n', '%YAML 1.1\n---\nb: 1\n'],
    want: 'a: 1\n...\n%YAML 1.1\n---\nb: 1\n',
  },
  { name: 'is not taken for JSON', given: ['\uFEFF {}', '{}'], want: '\uFEFF---\n {}\n---\n{}' },
  { name: 'leaves one text of JSON as it is', given: ['{}'], want: '{}' },
  { name: 'drops nothing of an empty text', given: ['', 'a: 1\n'], want: 'a: 1\n' },
];
it.each(cases)('$name', ({ given, want }) => expect(joinTexts(given)).toBe(want));
