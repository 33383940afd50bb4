import { describe, expect, it } from 'vitest';
import { NodelocalError } from '../../src/errors.ts';
import { readStream } from '../../src/manifest/stream.ts';

const read = (text: string): unknown[] =>
  readStream({ name: 'app.yaml', text }).documents.map((document) => document.value);

describe('reading as kubectl does', () => {
  // Each value was compared with `kubectl annotate --local -o json` (1.32).
  const scalars: Record<string, unknown> = {
    yes: true,
    y: true,
    On: true,
    off: false,
    n: false,
    TRUE: true,
    '"yes"': 'yes',
    '0755': 493,
    '0o755': 493,
    '08': 8,
    '0x1F': 31,
    '0b11': 3,
    '1_000': 1000,
    '-0x10': -16,
    '+1': 1,
    '1e3': 1000,
    '.5': 0.5,
    '1.0': 1,
    '685_230.15': 685230.15,
    '12:30': '12:30',
    '2020-01-01': '2020-01-01',
    e2: 'e2',
    '=': '=',
    '~': null,
    Null: null,
    '': null,
    '!!str 12': '12',
    '!!bool "true"': true,
    '!!float 1': 1,
    '!unknown x': 'x',
  };
  it.each(Object.entries(scalars))('reads %s', (text, want) => expect(read(`a: ${text}\n`)).toEqual([{ a: want }]));

  const documents: { name: string; given: string; want: unknown[] }[] = [
    { name: 'takes the last of repeated keys', given: 'a: 1\na:\n', want: [{ a: null }] },
    { name: 'makes strings of keys', given: '1: a\nyes: b\n', want: [{ 1: 'a', true: 'b' }] },
    {
      name: 'lets a merge override what stands before it',
      given: 'x: &x {k: 1}\na: {k: 2, <<: *x}\nb: {<<: *x, k: 2}\n',
      want: [{ x: { k: 1 }, a: { k: 1 }, b: { k: 2 } }],
    },
    {
      name: 'merges several, the first winning',
      given: 'x: &x {k: 1}\nz: &z {k: 2, l: 2}\na: {<<: [*x, *z]}\n',
      want: [{ x: { k: 1 }, z: { k: 2, l: 2 }, a: { k: 1, l: 2 } }],
    },
    { name: 'takes no quoted << for a merge', given: 'a: {"<<": 1}\n', want: [{ a: { '<<': 1 } }] },
    { name: 'knows no other version of YAML', given: '%YAML 1.2\n---\na: yes\n', want: [{ a: true }] },
    { name: 'reads an empty text', given: '', want: [] },
    { name: 'reads a text of comments', given: '# a\n\n# b', want: [] },
    { name: 'reads empty documents', given: '---\n---\n# c\n---\na: 1\n', want: [null, null, { a: 1 }] },
    {
      name: 'reads behind the end of a document',
      given: '\uFEFFa: 1\n...\n# c\n---\nb: 1\n...\n',
      want: [{ a: 1 }, { b: 1 }],
    },
    { name: 'reads JSON with tabs', given: '{\n\t"a": [\n\t\t1\n\t]\n}', want: [{ a: [1] }] },
  ];
  it.each(documents)('$name', ({ given, want }) => expect(read(given)).toEqual(want));
});

describe('what is no YAML', () => {
  const cases: { name: string; given: string; want: RegExp }[] = [
    { name: 'an open quote', given: 'a: 1\n---\nb: "x\n', want: /^app\.yaml:4:1: Missing closing "quote/ },
    { name: 'a tab', given: 'a:\n\t- b\n', want: /^app\.yaml:2:1: Tabs are not allowed/ },
    { name: 'a mapping in a line', given: 'a: b: c\n', want: /^app\.yaml:1:4: Nested mappings/ },
    { name: 'an open bracket', given: 'a: [1, 2\nb: 3\n', want: /^app\.yaml:2:1: Flow sequence .* end with a \]/ },
    {
      name: 'an alias without an anchor',
      given: 'a: 1\nb: *x\n',
      want: /^app\.yaml:2:4: expected an anchor &x before \*x/,
    },
    { name: 'an alias inside its anchor', given: 'a: &x [*x]\n', want: /^app\.yaml:1:8: \*x stands inside/ },
    { name: 'a template', given: 'a: {{ .Values.x }}\n', want: /^app\.yaml:1:5: expected a string as key.*template/ },
    { name: 'a merge of a number', given: 'a: 1\n---\n<<: 1\n', want: /^app\.yaml:2:1: a merge key/ },
  ];
  it.each(cases)('names the place of $name', ({ given, want }) => {
    expect(() => read(given)).toThrow(NodelocalError);
    expect(() => read(given)).toThrow(want);
  });

  it('gives up on aliases made to exhaust memory', () => {
    const lines = Array.from({ length: 12 }, (_, i) => `k${i + 1}: &k${i + 1} [${`*k${i},`.repeat(9)}]`);
    expect(() => read(['k0: &k0 x', ...lines].join('\n'))).toThrow(/Excessive alias count/);
  });
});
