import type { SettingType } from './types.ts';

/** A row of the table in settings.ts. */
export interface SettingRow {
  /** The path in the file, `retry.survive`; the names of the flag and the environment variable follow from it. */
  readonly key: string;
  readonly type: SettingType<unknown>;
  /** As it would stand in a file. */
  readonly default: string | number | readonly string[];
  /** Whether pods look different with another value: such settings, and only they, make up the hash on each pod. */
  readonly affectsInjection: boolean;
  /** For the docs and the help: what it does, with its reason or unit. The first sentence stands alone. */
  readonly description: string;
  /** The flag's name where the derived one would be clumsy, without dashes. */
  readonly flag?: string;
}

type ValueOf<Row extends SettingRow> = Row['type'] extends SettingType<infer T> ? T : never;
type RowWith<Row extends SettingRow, Key> = Extract<Row, { readonly key: Key }>;
type Head<Key> = Key extends `${infer First}.${string}` ? First : Key;

/** The object that rows with dotted keys describe: `retry.survive` becomes `{ retry: { survive } }`. */
export type Nested<Row extends SettingRow> = {
  readonly [First in Head<Row['key']> & string]: First extends Row['key']
    ? ValueOf<RowWith<Row, First>>
    : {
        readonly [Key in Row['key'] as Key extends `${First}.${infer Rest}` ? Rest : never]: ValueOf<RowWith<Row, Key>>;
      };
};

/**
 * `{ retry: { survive } }` from `retry.survive`, in the order of the keys.
 *
 * @param group makes of the members of a group what stands for it in the result
 */
export function nest<Value>(
  values: Iterable<readonly [key: string, value: Value]>,
  group: (members: Record<string, Value>) => Value,
): Record<string, Value> {
  const byGroup = Map.groupBy(values, ([key]) => splitKey(key).group);
  const members = [...byGroup].flatMap(([name, entries]): [string, Value][] => {
    const leaves = entries.map(([key, value]): [string, Value] => [splitKey(key).leaf, value]);
    return name === undefined ? leaves : [[name, group(Object.fromEntries(leaves))]];
  });
  return Object.fromEntries(members);
}

/** `retry.survive` is `survive` in the group `retry`; `protocol` stands in no group. Groups do not nest. */
export function splitKey(key: string): { group?: string; leaf: string } {
  const dot = key.indexOf('.');
  return dot < 0 ? { leaf: key } : { group: key.slice(0, dot), leaf: key.slice(dot + 1) };
}

/** The value at a dotted key. */
export function valueAt(settings: object, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined),
      settings,
    );
}
