import type { CST, YAMLMap, YAMLSeq } from 'yaml';

/** One pair of a mapping or one item of a list, by offsets into the text. */
export interface Entry {
  /** At its dash, key, anchor or tag, whichever comes first. */
  readonly start: number;
  /** Behind its last character; comments, commas and white space that follow are not part of it. */
  readonly end: number;
}

export type Collection = YAMLMap | YAMLSeq;

/**
 * The entries of a mapping or list as they stand in the text, in order: index for index those of `items`.
 * The tree itself does not say where an entry without a value ends, nor where a dash stands.
 */
export function entriesOf(collection: Collection, text: string): Entry[] {
  return contentItems(collection).map((item) => ({ start: startOf(item), end: endOfItem(item, text) }));
}

/** The syntax of one pair or item. */
export function itemAt(collection: Collection, index: number): CST.CollectionItem | undefined {
  return contentItems(collection)[index];
}

/** The syntax of a mapping or list that was read from a text. */
export function syntaxOf(collection: Collection): CST.BlockMap | CST.BlockSequence | CST.FlowCollection {
  const { srcToken } = collection;
  if (srcToken === undefined || !('items' in srcToken))
    throw new TypeError('a collection that was not read from a text');
  return srcToken;
}

// The parser keeps comments before the end of a collection as an item without content.
function contentItems(collection: Collection): CST.CollectionItem[] {
  const items: readonly CST.CollectionItem[] = syntaxOf(collection).items;
  return items.filter(({ start, key, sep, value }) => value || key || sep?.length || contentTokens(start).length > 0);
}

const trivia: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'comma']);

function contentTokens(tokens: readonly CST.SourceToken[] = []): CST.SourceToken[] {
  return tokens.filter(({ type }) => !trivia.has(type));
}

function startOf({ start, key, sep, value }: CST.CollectionItem): number {
  return (contentTokens(start)[0] ?? key ?? contentTokens(sep)[0] ?? value)?.offset ?? 0;
}

function endOfItem(item: CST.CollectionItem, text: string): number {
  const { start, key, sep } = item;
  const last = wordOf(item) ?? contentTokens(sep).at(-1) ?? key ?? contentTokens(start).at(-1);
  return last ? endOfToken(last, text) : 0;
}

/** The syntax of the value of a pair or item; undefined where nothing is written (the parser may make it a word of no length). */
export function wordOf({ value }: CST.CollectionItem): CST.Token | undefined {
  return value?.type === 'scalar' && value.source === '' ? undefined : value;
}

/** Behind the last character of a value; for a block scalar, before the last line break that belongs to it. */
export function endOfToken(token: CST.Token, text: string): number {
  if (token.type === 'block-map' || token.type === 'block-seq') {
    const items: readonly CST.CollectionItem[] = token.items;
    return Math.max(...items.map((item) => endOfItem(item, text)));
  }
  if (token.type === 'flow-collection') return endOfSource(contentTokens(token.end)[0] ?? token.start);
  return token.type === 'block-scalar' ? endOfBlockScalar(token, text) : endOfSource(token as CST.SourceToken);
}

function endOfSource({ offset, source }: { offset: number; source: string }): number {
  return offset + source.length;
}

/**
 * Lines added behind the scalar bring a line break of their own. So they go before its last one, or a scalar
 * that keeps its line breaks (`|+`) would get one more.
 */
function endOfBlockScalar({ offset, props, source }: CST.BlockScalar, text: string): number {
  const header = props.at(-1);
  const end = (header && 'source' in header ? endOfSource(header) : offset) + source.length;
  if (text[end - 1] !== '\n') return end;
  return text[end - 2] === '\r' ? end - 2 : end - 1;
}
