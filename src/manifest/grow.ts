import { type CST, isMap, isNode, isScalar, type YAMLMap } from 'yaml';
import { type Edit, insertion } from './edit.ts';
import { type Collection, endOfToken, entriesOf, itemAt, syntaxOf, wordOf } from './entries.ts';
import { type FlowLines, flowTexts, nestedLines } from './flow.ts';
import { indentOf, lineBreakAt, lineEnd, startsLine } from './lines.ts';
import { findPair } from './locate.ts';
import { emptyMark, nullGap } from './origin.ts';
import { type BlockStyle, isList, itemLines, mappingLines, pairLines, type Value } from './render.ts';

export type Entries = Exclude<Value, string>;

/**
 * The edits that add entries to the list or mapping at a path of keys below `map`, creating what is missing
 * on the way. Apart from the word `null` in flow style, they are insertions: no character of the user's goes.
 *
 * @param before a key that a new first key of the path should stand before, where the layout allows it
 */
export function grow(
  text: string,
  map: YAMLMap,
  path: readonly string[],
  entries: Entries,
  style: BlockStyle,
  before?: string,
): Edit[] {
  const [key = '', ...rest] = path;
  const pair = findPair(map, key);
  if (pair && rest.length > 0 && isMap(pair.value) && pair.value.items.length > 0) {
    return grow(text, pair.value, rest, entries, style);
  }
  const missing = rest.reduceRight<Entries>((value, inner) => ({ [inner]: value }), entries);
  if (!pair) return [addPair(text, map, key, missing, style, before)];
  const index = map.items.indexOf(pair);
  const { value } = pair;
  if (value === null || isScalar(value)) return fillNull(text, map, index, key, missing, style);
  return [append(text, value as Collection, missing, style, flowLines(text, map, index, style))];
}

/**
 * Why entries cannot be added at the first key of a path, in words; undefined when they can.
 * These are ways to write an empty value that nobody uses and that an insertion cannot complete.
 */
export function obstacle(map: YAMLMap, key: string): string | undefined {
  const pair = findPair(map, key);
  if (!pair || (isNode(pair.value) && !isScalar(pair.value))) return undefined;
  const { sep = [] } = itemAt(map, map.items.indexOf(pair)) ?? {};
  if (!sep.some(({ type }) => type === 'map-value-ind')) return `${key} is a key without a colon`;
  return sep.some(({ type }) => type === 'tag') ? `${key} is a tagged null` : undefined;
}

function addPair(text: string, map: YAMLMap, key: string, value: Entries, style: BlockStyle, before?: string): Edit {
  if (map.flow) return append(text, map, { [key]: value }, style);
  const column = syntaxOf(map).indent;
  const lines = pairLines(key, value, column, style);
  const all = entriesOf(map, text);
  const next = before === undefined ? undefined : findPair(map, before);
  const nextStart = next && all[map.items.indexOf(next)]?.start;
  if (nextStart === undefined || !startsLine(text, nextStart)) return insertLines(text, all.at(-1)?.end ?? 0, lines);
  const lineBreak = lineBreakAt(text, nextStart);
  return insertion(nextStart, `${lines.join(lineBreak).trimStart()}${lineBreak}${' '.repeat(column)}`);
}

function append(text: string, target: Collection, entries: Entries, style: BlockStyle, lines?: FlowLines): Edit {
  const all = entriesOf(target, text);
  const last = all.at(-1);
  if (!target.flow) return insertLines(text, last?.end ?? 0, blockLines(text, target, entries, style));
  const syntax = syntaxOf(target) as CST.FlowCollection;
  if (!last) return insertion(syntax.offset + 1, flowTexts(entries).join(lines ? `,${nestedLines(lines)}` : ', '));
  const own = startsLine(text, last.start) ? linesOf(text, last.start, syntax.offset) : undefined;
  const separator = own ? `,${own.lineBreak}${own.indent}` : ', ';
  // `tty:` at the end must not become `tty:,`, which some readers take for one word.
  const gap = text[last.end - 1] === ':' ? ' ' : '';
  return insertion(
    last.end,
    gap +
      flowTexts(entries, own)
        .map((entry) => separator + entry)
        .join(''),
  );
}

function blockLines(text: string, target: Collection, entries: Entries, style: BlockStyle): string[] {
  const { indent } = syntaxOf(target);
  if (!isList(entries)) return mappingLines(entries, indent, style);
  return itemLines(entries, indent, { ...style, gap: gapAfterDash(text, target, target.items.length - 1) });
}

/** The blanks between the dash of an item and its value, if they are on one line. */
export function gapAfterDash(text: string, list: Collection, index: number): string {
  const item = itemAt(list, index);
  const dash = item?.start.find(({ type }) => type === 'seq-item-ind');
  return (dash && /^ +(?=[^ #\r\n&!])/.exec(text.slice(dash.offset + 1))?.[0]) ?? ' ';
}

function fillNull(text: string, map: YAMLMap, index: number, key: string, entries: Entries, style: BlockStyle): Edit[] {
  const item = itemAt(map, index);
  const word = item && (wordOf(item) as CST.FlowScalar | undefined);
  const end = entriesOf(map, text)[index]?.end ?? 0;
  if (map.flow) {
    const [open, close] = isList(entries) ? '[]' : '{}';
    const created = `${open} ${flowTexts(entries).join(', ')}${nullGap(word?.source ?? '')}${close}`;
    return word ? [{ at: word.offset, remove: word.source.length, insert: created }] : [insertion(end, ` ${created}`)];
  }
  const column = syntaxOf(map).indent + (isList(entries) ? style.dash : style.step);
  const lines = isList(entries) ? itemLines(entries, column, style) : mappingLines(entries, column, style);
  if (word) return [insertion(word.offset, '#'), insertLines(text, endOfToken(word, text), lines)];
  return [insertLines(text, end, [' '.repeat(column) + emptyMark(key), ...lines])];
}

function insertLines(text: string, end: number, lines: readonly string[]): Edit {
  const at = lineEnd(text, end);
  const lineBreak = lineBreakAt(text, at);
  return insertion(at, lines.map((line) => lineBreak + line).join(''));
}

/** How the entries of a flow collection at a pair get lines of their own; undefined where all stands on one line. */
function flowLines(text: string, map: YAMLMap, index: number, style: BlockStyle): FlowLines | undefined {
  const start = entriesOf(map, text)[index]?.start ?? 0;
  if (!map.flow) {
    const indent = ' '.repeat(syntaxOf(map).indent);
    return { lineBreak: lineBreakAt(text, start), indent, step: ' '.repeat(style.step) };
  }
  return startsLine(text, start) ? linesOf(text, start, syntaxOf(map).offset) : undefined;
}

function linesOf(text: string, entryStart: number, collectionStart: number): FlowLines {
  const indent = indentOf(text, entryStart);
  const outer = indentOf(text, collectionStart);
  const step = indent.startsWith(outer) ? indent.slice(outer.length) : '';
  return { lineBreak: lineBreakAt(text, entryStart), indent, step: step || '  ' };
}
