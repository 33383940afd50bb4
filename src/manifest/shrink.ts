import type { CST, Node, Pair, YAMLMap } from 'yaml';
import { deletion, type Edit } from './edit.ts';
import { type Collection, entriesOf, type Entry } from './entries.ts';
import { breakBefore, lineEnd, lineStart, nextLine, startsLine } from './lines.ts';
import { findPair } from './locate.ts';
import { originOf } from './origin.ts';

/** A key, and the mapping in which it stands. */
interface Link {
  readonly map: YAMLMap;
  readonly key: string;
  readonly pair: Pair<Node, Node | null>;
}

/**
 * The edits that take entries out of the list or mapping at a path of keys below `map`. When none is left,
 * what was there before comes back: no key, an empty value, `null`, or empty brackets.
 *
 * @param indexes of the entries to take out; the path must lead to a list or mapping
 */
export function shrink(text: string, map: YAMLMap, path: readonly string[], indexes: ReadonlySet<number>): Edit[] {
  const links: Link[] = [];
  let inner = map;
  for (const key of path) {
    const pair = findPair(inner, key);
    if (!pair) return [];
    links.push({ map: inner, key, pair });
    inner = pair.value as YAMLMap;
  }
  return removeEntries(text, links, indexes);
}

function removeEntries(text: string, links: readonly Link[], indexes: ReadonlySet<number>): Edit[] {
  const link = links.at(-1);
  if (!link) return [];
  const collection = link.pair.value as Collection;
  const entries = entriesOf(collection, text);
  if (indexes.size < entries.length) return deleteSome(text, collection, entries, indexes);

  const index = link.map.items.indexOf(link.pair);
  const origin = originOf(text, link.map, index, link.key);
  if (origin.kind === 'absent') return removePair(text, links.slice(0, -1), link.map, index);
  if (origin.kind === 'empty') return [deletion(entries[0]?.start ?? 0, entries.at(-1)?.end ?? 0)];
  if (origin.kind === 'null') return [restoreNull(collection, origin.spelling)];
  return [restoreMarked(text, origin.comment), ...entries.map((entry) => deleteLines(text, entry))];
}

/** Our own comment goes; a `~` that was made one comes back. */
function restoreMarked(text: string, { offset, source }: CST.SourceToken): Edit {
  const isOurs = source.includes('nodelocal-otlp');
  return isOurs ? deleteLines(text, { start: offset, end: offset }) : deletion(offset, offset + 1);
}

function removePair(text: string, outer: readonly Link[], map: YAMLMap, index: number): Edit[] {
  if (map.items.length === 1) return removeEntries(text, outer, new Set([0]));
  return deleteSome(text, map, entriesOf(map, text), new Set([index]));
}

/** Takes out some entries of a collection, never all. */
function deleteSome(
  text: string,
  collection: Collection,
  entries: readonly Entry[],
  indexes: ReadonlySet<number>,
): Edit[] {
  return [...indexes].map((index) => {
    const entry = entries[index];
    if (!entry) throw new RangeError(`no entry ${index}`);
    if (!collection.flow && startsLine(text, entry.start)) return deleteLines(text, entry);
    // Before the first one that stays there is nothing to hold on to, so the text up to the next entry goes.
    const isLeading = entries.slice(0, index).every((_, earlier) => indexes.has(earlier));
    if (isLeading) return deletion(entry.start, entries[index + 1]?.start ?? entry.end);
    return deletion(entries[index - 1]?.end ?? entry.start, entry.end);
  });
}

/** Takes out whole lines, with the line break before them: the last one may have none behind it. */
function deleteLines(text: string, { start, end }: Entry): Edit {
  const isFirst = lineStart(text, start) === 0;
  return isFirst ? deletion(start, nextLine(text, end)) : deletion(breakBefore(text, start), lineEnd(text, end));
}

function restoreNull({ range }: Collection, spelling: string): Edit {
  const [start, end] = range ?? [0, 0];
  // Where there was no word at all, the blank before the bracket is ours, too.
  return spelling === '' ? deletion(start - 1, end) : { at: start, remove: end - start, insert: spelling };
}
