import { isMap, type YAMLMap } from 'yaml';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../src/manifest/edit.ts';
import { entriesOf } from '../../src/manifest/entries.ts';
import { type Entries, grow, obstacle } from '../../src/manifest/grow.ts';
import { findPair, locate, type Path } from '../../src/manifest/locate.ts';
import { shrink } from '../../src/manifest/shrink.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { valueAt } from '../../src/manifest/value-at.ts';

const style = { step: 2, dash: 0, gap: ' ' };
const env: Entries = [
  { name: 'A', value: 'x' },
  { name: 'B', valueFrom: { fieldRef: { fieldPath: 'status.hostIP' } } },
];
const annotations: Entries = { 'a.b/c': '{"k":"it\'s"}' };

function mapAt(text: string, path: Path): YAMLMap {
  const found = locate(readStream({ name: 'x', text }).documents[0]!.tree, path);
  if (!('node' in found) || !isMap(found.node)) throw new Error('no mapping');
  return found.node;
}

/** What stands at the keys of a path after `count` entries were taken off its end; '' where nothing is left. */
function shrunk(text: string, path: Path, keys: readonly string[], count: number): string {
  const map = mapAt(text, path);
  let collection: unknown = map;
  for (const key of keys) collection = findPair(collection as YAMLMap, key)?.value;
  const length = entriesOf(collection as YAMLMap, text).length;
  const indexes = new Set(Array.from({ length: count }, (_, index) => length - 1 - index));
  return applyEdits(text, shrink(text, map, keys, indexes));
}

function check(given: string, want: string | undefined, path: Path, keys: string[], entries: Entries): void {
  const edits = grow(given, mapAt(given, path), keys, entries, style, 'spec');
  const grown = applyEdits(given, edits);
  if (want !== undefined) expect(grown).toBe(want);

  const before = readStream({ name: 'x', text: given }).documents[0]!.value;
  const after = readStream({ name: 'x', text: grown }).documents[0]!.value;
  const old = valueAt(before, [...path, ...keys]);
  const added = Array.isArray(entries)
    ? [...((old as unknown[] | null | undefined) ?? []), ...entries]
    : Object.assign({}, old, entries);
  expect(valueAt(after, [...path, ...keys])).toEqual(added);
  const size = Array.isArray(entries) ? entries.length : Object.keys(entries).length;
  expect(shrunk(grown, path, keys, size)).toBe(given);
  // Not one character of what was there is gone, but for the word null in flow style.
  const removed = edits.map(({ at, remove }) => given.slice(at, at + remove)).join('');
  expect(removed).toMatch(/^(~|null|Null|NULL)?$/);
}

describe('adding to a list, and taking it back', () => {
  const cases: { name: string; given: string; path?: Path; want?: string }[] = [
    {
      name: 'makes the key last, at the end of the text without a newline',
      given: 'c:\n  name: a # last',
      want: 'c:\n  name: a # last\n  env:\n  - name: A\n    value: x\n  - name: B\n    valueFrom:\n      fieldRef:\n        fieldPath: status.hostIP',
    },
    {
      name: 'keeps CR LF',
      given: 'c:\r\n  name: a\r\n\r\n',
      want: 'c:\r\n  name: a\r\n  env:\r\n  - name: A\r\n    value: x\r\n  - name: B\r\n    valueFrom:\r\n      fieldRef:\r\n        fieldPath: status.hostIP\r\n\r\n',
    },
    { name: 'keeps CR LF without a final one', given: 'c:\r\n  name: a' },
    { name: 'goes behind a nested last value', given: 'c:\n  name: a\n  r:\n    l:\n      m: 1\n  # end\nd: 1\n' },
    { name: 'goes behind a last key without a value', given: 'c:\n  name: a\n  tty:   # none\n\n# end\n' },
    { name: 'goes behind a last key with an anchor only', given: 'c:\n  name: a\n  tty: &x\nd: 1\n' },
    { name: 'goes behind a last item without a value', given: 'c:\n  name: a\n  args:\n  -\n  -   # none\nd: 1\n' },
    { name: 'goes behind an explicit key', given: 'c:\n  ? name\n  : a\nd: 1\n' },
    { name: 'goes behind an alias', given: 'x: &x 1\nc:\n  name: *x\nd: 1\n' },
    { name: 'goes behind a block scalar', given: 'c:\n  name: |\n    a\n\n\n  # comment\nd: 1\n' },
    { name: 'goes behind a block scalar at the end', given: 'c:\n  name: |\n    a' },
    { name: 'goes behind a stripped block scalar with blank lines', given: 'c:\n  name: >-\n    a\n    b\n  \n\n' },
    { name: 'goes behind a block scalar that keeps its line breaks', given: 'c:\n  name: |+\n    a\n\n\n\nd: 1\n' },
    { name: 'keeps the breaks of a folded scalar with CR LF', given: 'c:\r\n  name: >+\r\n    a\r\n\r\nd: 1\r\n' },
    { name: 'goes behind a kept block scalar at the end', given: 'c:\n  name: |+\n    a\n\n' },
    { name: 'goes behind a kept block scalar without its newline', given: 'c:\n  name: |+\n    a' },
    { name: 'goes behind an empty kept block scalar', given: 'c:\n  name: |+\n\nd: 1\n' },
    { name: 'goes behind an empty block scalar', given: 'c:\n  name: |\nd: 1\n' },
    { name: 'goes behind a scalar with an indentation indicator', given: 'c:\n  name: |2-\n     a\n    b\nd: 1\n' },
    { name: 'goes behind a quoted scalar over lines', given: 'c:\n  name: "a\n    b" # x\nd: 1\n' },
    { name: 'goes behind a plain scalar over lines', given: 'c:\n  name: a\n    b\n\n    c   # x\nd: 1\n' },
    { name: 'goes behind a flow value over lines', given: 'c:\n  name: [a,\n    b ] # x\nd: 1\n' },
    {
      name: 'appends in the style of the list',
      given: 'c:\n  env:\n    -   name: Z\n        value: "1"   # z\n    # end\n  name: a\n',
      want: 'c:\n  env:\n    -   name: Z\n        value: "1"   # z\n    -   name: A\n        value: x\n    -   name: B\n        valueFrom:\n          fieldRef:\n            fieldPath: status.hostIP\n    # end\n  name: a\n',
    },
    { name: 'appends behind value before name', given: 'c:\n  env:\n  - value: b\n    name: Z\n' },
    { name: 'appends behind a dash on a line of its own', given: 'c:\n  env:\n  -\n    name: Z\n' },
    { name: 'appends behind a dash with a comment', given: 'c:\n  env:\n  - # c\n    name: Z\n  name: a' },
    { name: 'appends behind an anchored item', given: 'c:\n  env:\n  - &z\n    name: Z\nd: *z\n' },
    { name: 'appends behind flow items', given: 'c:\n  env:\n  - {name: Z, value: "1"}\n  name: a' },
    {
      name: 'appends behind a block scalar',
      given: 'c:\n  env:\n  - name: Z\n    value: |+\n      one\n\n  # c\n  name: a',
    },
    {
      name: 'appends to the last of repeated keys',
      given: 'c:\n  env:\n  - name: Y\n  env:\n  - name: Z\n  name: a\n',
    },
    { name: 'appends under a quoted key', given: 'c:\n  "env" :\n  - name: Z\n' },
    { name: 'appends under an explicit key', given: 'c:\n  ? env\n  : - name: Z\n  ? name\n  : a\n' },
    { name: 'appends below a tag', given: 'c:\n  env: !!seq\n  - name: Z\n' },
    {
      name: 'marks an empty value',
      given: 'c:\n  env:\n  name: a\n',
      want: 'c:\n  env:\n  # env was empty before nodelocal-otlp\n  - name: A\n    value: x\n  - name: B\n    valueFrom:\n      fieldRef:\n        fieldPath: status.hostIP\n  name: a\n',
    },
    { name: 'marks an empty value with comments', given: 'c:\n  env:   # none\n    # yet\n  name: a' },
    { name: 'marks an empty value at the end', given: 'c:\n  name: a\n  env:' },
    { name: 'marks an empty value behind a dash', given: '- env:\n  name: a\n', path: [0] },
    { name: 'marks an empty value with an anchor', given: 'c:\n  env: &x\n  name: a' },
    {
      name: 'makes a null a comment',
      given: 'c:\n  env: ~\n  name: a',
      want: 'c:\n  env: #~\n  - name: A\n    value: x\n  - name: B\n    valueFrom:\n      fieldRef:\n        fieldPath: status.hostIP\n  name: a',
    },
    { name: 'makes the word null a comment', given: 'c:\n  env: null   # nothing\n' },
    { name: 'makes a null on the next line a comment', given: 'c:\n  env:\n    NULL\n  name: a\n' },
    { name: 'tells an empty value with a comment ~ from a null', given: 'c:\n  env: #~\n  name: a' },
    {
      name: 'fills empty brackets',
      given: 'c:\n  env: []\n  name: a\n',
      want: 'c:\n  env: [{"name": "A", "value": "x"},\n    {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}]\n  name: a\n',
    },
    { name: 'fills empty brackets with blanks', given: 'c:\n  env: [   ] # none\n' },
    { name: 'fills empty brackets over lines', given: 'c:\n  env: [\n    # none\n  ]\n' },
    { name: 'appends in brackets', given: 'c:\n  env: [{name: Z}] # z\n' },
    { name: 'appends before a trailing comma', given: 'c:\n  env: [ {name: Z}, ]\n' },
    {
      name: 'appends in brackets over lines',
      given: 'c:\n  env: [\n    {name: Y}, # y\n    {name: Z}  # z\n  ]\n',
      want: 'c:\n  env: [\n    {name: Y}, # y\n    {name: Z},\n    {"name": "A", "value": "x"},\n    {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}  # z\n  ]\n',
    },
    { name: 'appends where commas lead', given: 'c:\n  env: [ {name: Y}\n       , {name: Z}\n       ]\n' },
    {
      name: 'adds a key in braces',
      given: 'c: {name: a}\n',
      want: 'c: {name: a, "env": [ {"name": "A", "value": "x"}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}} ]}\n',
    },
    { name: 'adds a key in braces behind an empty value', given: 'c: {name: a, tty: }\n' },
    { name: 'adds a key in braces behind a key without colon', given: 'c: {name: a, tty}\n' },
    { name: 'adds a key before a trailing comma', given: 'c: {name: a , }\n' },
    { name: 'adds a key in braces behind a quoted one', given: "c: {'name':'a','b':[]}\n" },
    { name: 'fills a null in braces', given: 'c: {env: null, name: a}\n' },
    { name: 'fills a ~ in braces', given: 'c: {env: ~}\n' },
    { name: 'fills a Null in braces', given: 'c: {env:   Null   , name: a}\n' },
    { name: 'fills an empty value in braces', given: 'c: {env: , name: a}\n' },
    { name: 'fills an empty value at the end of braces', given: 'c: {name: a, env:}\n' },
    { name: 'fills empty brackets in braces', given: 'c: {env: [ ], name: a}\n' },
    { name: 'adds to JSON on one line', given: '{"c":{"name":"a"}}' },
    { name: 'adds to an empty list in JSON', given: '{"c":{"env":[],"name":"a"}}\n' },
    {
      name: 'adds to JSON over lines',
      given: '{\n    "c": {\n        "name": "a"\n    }\n}\n',
      want: '{\n    "c": {\n        "name": "a",\n        "env": [\n            {"name": "A", "value": "x"},\n            {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}}\n        ]\n    }\n}\n',
    },
    { name: 'adds to JSON with tabs', given: '{\n\t"c": {\n\t\t"env": [],\n\t\t"name": "a"\n\t}\n}' },
    {
      name: 'adds to a list in JSON over lines',
      given: '{\r\n "c": {\r\n  "env": [\r\n   {\r\n    "name": "Z"\r\n   }\r\n  ]\r\n }\r\n}',
    },
    { name: 'adds to a null in JSON over lines', given: '{\n "c": {\n  "env": null,\n  "name": "a"\n }\n}' },
    { name: 'keeps a byte order mark', given: '\uFEFFc:\n  name: a\n' },
    { name: 'keeps what stands around the document', given: '%YAML 1.1\n# c\n--- # d\nc:\n  name: a\n... # e\n# f\n' },
  ];
  it.each(cases)('$name', ({ given, path = ['c'], want }) => check(given, want, path, ['env'], env));
});

describe('adding to nested mappings, and taking it back', () => {
  const cases: { name: string; given: string; path?: Path; want?: string }[] = [
    {
      name: 'makes both before the spec',
      given: 'spec:\n  a: 1\n',
      want: 'metadata:\n  annotations:\n    a.b/c: \'{"k":"it\'\'s"}\'\nspec:\n  a: 1\n',
    },
    { name: 'makes both before the spec of a template', given: 't:\n  # c\n  spec:\n    a: 1\n  b: 1\n', path: ['t'] },
    { name: 'makes both last where the spec comes behind a dash', given: '- spec:\n    a: 1\n  b: 1', path: [0] },
    { name: 'makes the annotations last', given: 'metadata:\n  labels:\n    a: b\n\nspec: 1\n' },
    {
      name: 'appends an annotation',
      given: 'metadata:\n    annotations:\n        "a": |+\n            x\n\n\n    labels: {}\n',
    },
    {
      name: 'marks empty metadata',
      given: 'metadata:\nspec: 1\n',
      want: 'metadata:\n  # metadata was empty before nodelocal-otlp\n  annotations:\n    a.b/c: \'{"k":"it\'\'s"}\'\nspec: 1\n',
    },
    { name: 'marks empty annotations', given: 'metadata:\n  annotations:\n  name: x\nspec: 1\n' },
    { name: 'marks empty annotations at the end', given: 'metadata:\n  name: x\n  annotations: # none' },
    { name: 'makes null metadata a comment', given: 'metadata: ~ # c\nspec: 1\n' },
    { name: 'makes null annotations a comment', given: 'metadata:\n  annotations: null\n  name: x' },
    {
      name: 'fills empty metadata',
      given: 'metadata: {}\nspec: 1\n',
      want: 'metadata: {"annotations": { "a.b/c": "{\\"k\\":\\"it\'s\\"}" }}\nspec: 1\n',
    },
    { name: 'fills empty annotations', given: 'metadata:\n  annotations: { }\n' },
    { name: 'adds to flow metadata', given: 'metadata: {name: x}\nspec: 1\n' },
    { name: 'adds to flow annotations', given: 'metadata: {name: x, annotations: {a: b}}\nspec: 1\n' },
    { name: 'fills null annotations in braces', given: 'metadata: {name: x, annotations: ~ }\n' },
    { name: 'fills null metadata in braces', given: '{metadata: , spec: 1}\n' },
    { name: 'makes both in braces', given: '{spec: {a: 1}}\n' },
    { name: 'makes both in JSON over lines', given: '{\n  "spec": {\n    "a": 1\n  }\n}\n' },
    {
      name: 'makes annotations in JSON over lines',
      given: '{\n  "metadata": {\n    "name": "x"\n  },\n  "spec": 1\n}\n',
    },
    { name: 'fills empty metadata in JSON over lines', given: '{\n  "metadata": {},\n  "spec": 1\n}\n' },
    { name: 'fills null metadata in JSON', given: '{"metadata":null,"spec":1}' },
  ];
  it.each(cases)('$name', ({ given, path = [], want }) =>
    check(given, want, path, ['metadata', 'annotations'], annotations),
  );
});

describe('what cannot be added to', () => {
  const cases = [
    { name: 'a key without a colon in braces', given: 'c: {env, name: a}', want: 'env is a key without a colon' },
    { name: 'an explicit key without a value', given: 'c:\n  ? env\n  ? name\n', want: 'env is a key without a colon' },
    { name: 'a tagged null', given: 'c:\n  env: !!null\n', want: 'env is a tagged null' },
    { name: 'nothing else', given: 'c:\n  env:\n', want: undefined },
  ];
  it.each(cases)('$name', ({ given, want }) => expect(obstacle(mapAt(given, ['c']), 'env')).toBe(want));
});
