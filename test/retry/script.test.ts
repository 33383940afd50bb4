import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simpleCommands } from '../../src/retry/script.ts';

describe('simpleCommands', () => {
  test.each<{ name: string; given: string; want: string[][] | undefined }>([
    { name: 'one command', given: 'java -jar app.jar', want: [['java', '-jar', 'app.jar']] },
    { name: 'several', given: 'a; b && c\nd', want: [['a'], ['b'], ['c'], ['d']] },
    { name: 'empty ones', given: '\n\n a;\n\n', want: [['a']] },
    { name: 'nothing', given: '  \n# a comment', want: [] },
    { name: 'comments', given: '#!/bin/sh\na # b; c\nd #', want: [['a'], ['d']] },
    { name: 'no comment within a word', given: 'a b#c', want: [['a', 'b#c']] },
    { name: 'quotes', given: `a "b; c" 'd && e' f"g"'h'`, want: [['a', 'b; c', 'd && e', 'fgh']] },
    { name: 'an empty word', given: 'a "" b', want: [['a', '', 'b']] },
    { name: 'variables', given: 'a $B ${C} "$D" $(E) "$(F) g"', want: [['a', '$B', '${C}', '$D', '$(E)', '$(F) g']] },
    { name: 'escapes', given: String.raw`a b\ c \; d`, want: [['a', 'b c', ';', 'd']] },
    { name: 'lines joined', given: 'a \\\n  b\\\nc', want: [['a', 'bc']] },
    ...[
      { name: 'the background', given: 'a & b' },
      { name: 'a pipe', given: 'a | b' },
      { name: 'an alternative', given: 'a || b' },
      { name: 'a redirection', given: 'a > b' },
      { name: 'a here-document', given: 'cat <<E\na\nE' },
      { name: 'a subshell', given: '(a; b)' },
      { name: 'a function', given: 'a() { b; }' },
      { name: 'backticks', given: 'a `b`' },
      { name: 'backticks in quotes', given: 'a "`b`"' },
      { name: 'arithmetic', given: 'a $((1 + 2))' },
      { name: 'a condition', given: 'if a; then b; fi' },
      { name: 'a loop', given: 'while a; do b; done' },
      { name: 'a choice', given: 'case a in b) c;; esac' },
      { name: 'a group', given: '{ a; }' },
      { name: 'a negation', given: '! a' },
      { name: 'an open quote', given: 'a "b' },
      { name: 'an open apostrophe', given: "a 'b" },
      { name: 'a very long script', given: `a ${'b'.repeat(10_000)}` },
    ].map((trap) => ({ ...trap, want: undefined })),
  ])('$name', ({ given, want }) => {
    expect(simpleCommands(given)).toEqual(want);
  });

  test('takes any text, and words of it only', () => {
    const piece = fc.constantFrom(
      'a',
      ' ',
      '"',
      "'",
      '\\',
      '$(',
      ')',
      '$',
      ';',
      '&&',
      '&',
      '\n',
      '#',
      '`',
      '|',
      'if',
      '€',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const script = pieces.join('');
        for (const word of simpleCommands(script)?.flat() ?? []) {
          for (const character of word) expect(script).toContain(character);
        }
      }),
      { numRuns: 500 },
    );
  });
});
