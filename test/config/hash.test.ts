import { describe, expect, it } from 'vitest';
import { injectionHash } from '../../src/config/hash.ts';
import { loadSettings } from '../../src/config/load.ts';
import { flagAttribute } from '../../src/config/names.ts';
import { defaultSettings, settingRows, settingsOf } from '../../src/config/settings.ts';
import { valueAt } from '../../src/config/shape.ts';
import { values } from './values.ts';

/** Each setting given alone by a flag, once for each of its good values. */
const single = settingRows.flatMap((row) =>
  values[row.key].good.map((good) => {
    const text = Array.isArray(good) ? good.join(',') : String(good);
    return { row, text, settings: loadSettings({ flags: { [flagAttribute(row)]: text } }).settings };
  }),
);

describe('injectionHash', () => {
  it('is eight hex digits', () => expect(injectionHash(defaultSettings)).toMatch(/^[0-9a-f]{8}$/));

  it.each(single)('changes only if $row.key = $text is another value and affects injection', ({ row, settings }) => {
    const changed = JSON.stringify(valueAt(settings, row.key)) !== JSON.stringify(valueAt(defaultSettings, row.key));
    expect(injectionHash(settings) !== injectionHash(defaultSettings)).toBe(changed && row.affectsInjection);
  });

  it('does not depend on the order of keys', () => {
    const values = settingRows.map((row) => [row.key, valueAt(defaultSettings, row.key)] as const);
    const reversed = settingsOf(new Map(values.toReversed()));
    expect(Object.keys(reversed)).not.toEqual(Object.keys(defaultSettings));
    expect(injectionHash(reversed)).toBe(injectionHash(defaultSettings));
  });

  it('is the same for two spellings of one duration', () => {
    const [one, other] = ['1m', '60s'].map((retrySurvive) => loadSettings({ flags: { retrySurvive } }).settings);
    expect(one && injectionHash(one)).toBe(other && injectionHash(other));
  });
});
