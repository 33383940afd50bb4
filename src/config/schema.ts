import { settingRows } from './settings.ts';
import { nest, type SettingRow } from './shape.ts';

type Schema = Record<string, unknown>;

/**
 * The JSON Schema (2020-12) of the configuration file, for editors and for checks without this program. It knows
 * names, types and the bounds of numbers; bounds of durations and sizes and rules between settings are the loader's.
 */
export function configurationSchema(): Schema {
  const properties = nest(
    settingRows.map((row) => [row.key, describeSetting(row)]),
    mapping,
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of nodelocal-otlp',
    ...mapping(properties),
  };
}

/** An empty file, and a group whose keys are all commented out, are null in YAML. */
function mapping(properties: Record<string, Schema>): Schema {
  return { type: ['object', 'null'], additionalProperties: false, properties };
}

function describeSetting(row: SettingRow): Schema {
  return { description: row.description, default: row.default, ...row.type.schema };
}
