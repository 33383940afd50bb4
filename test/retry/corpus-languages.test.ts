import { describe, expect, test } from 'vitest';
import { corpusContainers, corpusTruth } from './corpus-containers.ts';
import { verdict } from './language-fixtures.ts';

const containers = corpusContainers();
const keyOf = ({ image, command = '' }: { image: string; command?: string }): string => `${image} ${command}`.trim();
const truths = new Map(corpusTruth.map((row) => [keyOf(row), row]));

test('each container is in the table once', () => {
  expect(truths.size).toBe(corpusTruth.length);
});

test.each(corpusTruth)('$image $command is not said to be another language', (row) => {
  expect(verdict(row, row.says)).not.toBe('wrong');
});

describe.skipIf(containers.length === 0)('the test corpus', () => {
  test('holds the containers of the table, and no other', () => {
    expect(containers.map(keyOf).sort()).toEqual([...truths.keys()].sort());
  });

  test.each(containers)('$image $command is never taken for another language', (container) => {
    const known = truths.get(keyOf(container));
    expect(known && verdict(known, container.says)).not.toBe('wrong');
    expect(container.says).toBe(known?.says);
  });
});
