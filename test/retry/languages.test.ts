import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { briefly, fixtures, knownContainers, verdict } from './language-fixtures.ts';
import { withTables } from './language-tables.ts';

describe('pods of public projects', () => {
  test('are many, and each names its source', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(80);
    for (const { name, source, containers } of fixtures) {
      expect(source, name).toMatch(/\w/);
      expect(containers.length, name).toBeGreaterThan(0);
    }
  });

  test.each(knownContainers)('$title is never taken for another language', (container) => {
    expect(verdict(container, briefly(container.finding()))).not.toBe('wrong');
  });

  test.each(knownContainers)('$title: $says', ({ says, finding }) => {
    expect(briefly(finding())).toBe(says);
  });
});

test('docs/languages.md has the tables of the source and the figures of the fixtures', async () => {
  const page = new URL('../../docs/languages.md', import.meta.url);
  await expect(withTables(readFileSync(page, 'utf8'))).toMatchFileSnapshot(page.pathname);
});
