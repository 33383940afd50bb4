import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { commentedExample } from '../../src/config/example.ts';
import { loadSettings } from '../../src/config/load.ts';
import { envName, flagName } from '../../src/config/names.ts';
import { configurationReference } from '../../src/config/reference.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { defaultSettings, settingRows } from '../../src/config/settings.ts';
import { splitKey } from '../../src/config/shape.ts';
import { outOfBounds, values } from './values.ts';

const committed = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const schemaAccepts = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(configurationSchema());

function loaderAccepts(text: string): boolean {
  try {
    loadSettings({ file: { path: 'config.yaml', text } });
    return true;
  } catch {
    return false;
  }
}

/** The content of a file that says this about one setting. */
function fileWith(key: string, value: unknown): unknown {
  const { group, leaf } = splitKey(key);
  return group === undefined ? { [leaf]: value } : { [group]: { [leaf]: value } };
}

const singles = (kind: 'good' | 'bad') =>
  settingRows.flatMap((row) => values[row.key][kind].map((value) => fileWith(row.key, value)));

describe('the JSON Schema', () => {
  const good = [null, {}, { retry: null }, parse(commentedExample()), ...singles('good')];
  const bad = ['text', [], 7, { retry: [] }, { retry: '30s' }, { colour: 'blue' }, { retry: { tries: 3 } }, { '': 1 }];

  it.each(good.map((content) => [JSON.stringify(content), content]))('and the loader accept %s', (_, content) => {
    expect({ schema: schemaAccepts(content), loader: loaderAccepts(stringify(content)) }).toEqual({
      schema: true,
      loader: true,
    });
  });

  it.each([...bad, ...singles('bad')].map((content) => [JSON.stringify(content), content]))(
    'and the loader refuse %s',
    (_, content) => {
      expect({ schema: schemaAccepts(content), loader: loaderAccepts(stringify(content)) }).toEqual({
        schema: false,
        loader: false,
      });
    },
  );

  const loaderOnly = settingRows.flatMap((row) =>
    (outOfBounds[row.key] ?? []).map((value) => fileWith(row.key, value)),
  );
  it.each(loaderOnly.map((content) => [JSON.stringify(content), content]))('leaves %s to the loader', (_, content) => {
    expect(schemaAccepts(content)).toBe(true);
  });
});

describe('the example file', () => {
  it('holds every setting at its default', () => {
    const { settings, sources } = loadSettings({ file: { path: 'example.yaml', text: commentedExample() } });
    expect(settings).toEqual(defaultSettings);
    expect([...sources.values()].filter((source) => !source.startsWith('example.yaml:'))).toEqual([]);
  });

  it('fits into a terminal', () => {
    for (const line of commentedExample().split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });
});

describe('docs/configuration.md', () => {
  it.each(settingRows)('documents $key once, with its names', (row) => {
    const lines = configurationReference().split('\n');
    const documented = lines.filter((line) => line.startsWith(`| \`${row.key}\` |`));
    expect(documented).toHaveLength(1);
    expect(documented[0]).toContain(`\`--${flagName(row)}\``);
    expect(documented[0]).toContain(`\`${envName(row)}\``);
    expect(documented[0]?.split(' | '), 'no stray column').toHaveLength(4);
  });

  it('shows a first example that the loader accepts', () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(configurationReference()) ?? [];
    expect(example).not.toBe('');
    expect(loaderAccepts(example)).toBe(true);
  });

  it('is up to date: npm run docs', () => expect(committed('docs/configuration.md')).toBe(configurationReference()));

  it('has its schema beside it, up to date: npm run docs', () => {
    expect(JSON.parse(committed('docs/configuration.schema.json'))).toEqual(configurationSchema());
  });
});
