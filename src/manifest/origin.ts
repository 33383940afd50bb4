import type { CST, YAMLMap } from 'yaml';
import { type Collection, entriesOf, itemAt, syntaxOf } from './entries.ts';

/**
 * What stood at a key before we put the first entry under it. Nothing but the text can carry this from
 * inject to uninject, so each case is written in a way of its own:
 *
 * | before       | block                                   | flow                                            |
 * | ------------ | --------------------------------------- | ----------------------------------------------- |
 * | no such key  | `env:`, then the entries                | `[ … ]`: one blank inside each bracket, or lines |
 * | empty value  | a comment line, {@link emptyMark}       | `[ …   ]`: see {@link nullSpellings}             |
 * | `~`, `null`  | the word, made a comment: `env: #~`     | as above                                        |
 * | `[]`, `{}`   | (is flow)                               | `[…]`: no blank after the opening bracket        |
 */
export type Origin =
  | { readonly kind: 'absent' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'null'; readonly spelling: string }
  | { readonly kind: 'marked'; readonly comment: CST.SourceToken };

/** The comment that says that a key had no value; it has a line of its own, above our entries. */
export const emptyMark = (key: string): string => `# ${key} was empty before nodelocal-otlp`;

// JSON has no comments, so in flow style the blanks before the closing bracket tell which word was there.
// One blank would mean that there was no key.
const nullSpellings = ['null', '', '~', 'Null', 'NULL'];

/** The blanks before the closing bracket of a collection that replaces a null. */
export function nullGap(spelling: string): string {
  const index = nullSpellings.indexOf(spelling);
  return ' '.repeat(index === 0 ? 0 : index + 1);
}

/** What stood at the key of a pair before our entries, provided that all of its entries are ours. */
export function originOf(text: string, map: YAMLMap, index: number, key: string): Origin {
  const value = (map.items[index]?.value ?? undefined) as Collection | undefined;
  if (value?.flow) return flowOrigin(text, value);
  const comments = (itemAt(map, index)?.sep ?? []).filter(({ type }) => type === 'comment');
  const comment =
    comments.find(({ source }) => source === emptyMark(key)) ??
    comments.find(({ source }) => /^#(~|null|Null|NULL)(\s|$)/.test(source));
  return comment ? { kind: 'marked', comment } : { kind: 'absent' };
}

function flowOrigin(text: string, collection: Collection): Origin {
  const entries = entriesOf(collection, text);
  const { offset, end } = syntaxOf(collection) as CST.FlowCollection;
  const before = text.slice(offset + 1, entries[0]?.start);
  const after = text.slice(entries.at(-1)?.end, end[0]?.offset);
  if (before === '') return { kind: 'empty' };
  const spelling = before === ' ' ? nullSpellings.find((word) => nullGap(word) === after) : undefined;
  return spelling === undefined ? { kind: 'absent' } : { kind: 'null', spelling };
}
