/** What is written into manifests: strings, in mappings and lists. */
export type Value = string | readonly Value[] | { readonly [key: string]: Value };

/** The layout of a file, as far as new lines follow it; columns count characters. */
export interface BlockStyle {
  /** How much deeper a nested mapping stands. */
  readonly step: number;
  /** How much deeper the dashes of a list stand than its key. */
  readonly dash: number;
  /** Between a dash and what follows it. */
  readonly gap: string;
}

/** The lines of `key: value`, its key in the given column. */
export function pairLines(key: string, value: Value, column: number, style: BlockStyle): string[] {
  const head = `${' '.repeat(column)}${singleLine(key)}:`;
  if (typeof value === 'string') return [`${head} ${singleLine(value)}`];
  if (isList(value)) return [head, ...itemLines(value, column + style.dash, style)];
  return [head, ...mappingLines(value, column + style.step, style)];
}

/** The lines of a mapping without the key above it. */
export function mappingLines(mapping: { readonly [key: string]: Value }, column: number, style: BlockStyle): string[] {
  return Object.entries(mapping).flatMap(([key, value]) => pairLines(key, value, column, style));
}

/** The lines of a list, its dashes in the given column. */
export function itemLines(items: readonly Value[], column: number, style: BlockStyle): string[] {
  const dash = `${' '.repeat(column)}-${style.gap}`;
  return items.flatMap((item) => {
    if (typeof item === 'string' || isList(item)) return `${dash}${flow(item)}`;
    const [first = '{}', ...rest] = mappingLines(item, dash.length, style);
    return [dash + first.trimStart(), ...rest];
  });
}

/** A value on one line, as JSON. */
export function flow(value: Value): string {
  if (typeof value === 'string') return doubleQuoted(value);
  return isList(value) ? `[${flowEntries(value).join(', ')}]` : `{${flowEntries(value).join(', ')}}`;
}

/** The entries of a list or mapping, each on one line, as JSON. */
export function flowEntries(value: Exclude<Value, string>): string[] {
  if (isList(value)) return value.map(flow);
  return Object.entries(value).map(([key, entry]) => `${doubleQuoted(key)}: ${flow(entry)}`);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

// No blank, no ": " and no sign that any version of YAML gives a meaning to.
const plain = /^[A-Za-z_][\w./-]*(:[\w./-]+)*$/;
// Words that YAML 1.1 reads as booleans or null, and what careless readers take for a number (e2).
const ambiguous = /^(y|n|yes|no|on|off|true|false|null|e[\d_.]+)$/i;
const singleQuotable = /^[\x20-\x7e]*$/;

/** A string as YAML that every version reads back as that string. */
export function singleLine(text: string): string {
  if (plain.test(text) && !ambiguous.test(text)) return text;
  const isJson = /^[[{]/.test(text);
  return isJson && singleQuotable.test(text) ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** JSON, with what YAML counts as line breaks or not printable escaped as well. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
