import { createHash } from 'node:crypto';
import { type HashedSettings, settingRows } from './settings.ts';
import { valueAt } from './shape.ts';

/**
 * Eight hex digits that change when, and only when, a setting changes that pods can be told apart by. They stand
 * in each pod's annotation, so that pods of an older configuration can be found.
 *
 * Sorted by key: moving a row of the table must not make every pod of every cluster look outdated.
 */
export function injectionHash(settings: HashedSettings): string {
  const values = settingRows
    .filter((row) => row.affectsInjection)
    .map((row) => [row.key, valueAt(settings, row.key)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 8);
}
