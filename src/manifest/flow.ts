import { flow, flowEntries, isList, type Value } from './render.ts';

/** How the lines of a flow collection look whose entries each have a line. */
export interface FlowLines {
  readonly lineBreak: string;
  /** White space before the entries of the collection that holds ours. */
  readonly indent: string;
  /** What one level deeper adds to it. */
  readonly step: string;
}

/** The line break and white space before an entry one level below. */
export function nestedLines({ lineBreak, indent, step }: FlowLines): string {
  return lineBreak + indent + step;
}

/**
 * The entries of a list or mapping as JSON; mappings and lists right below a mapping are new ones, and so
 * written as {@link createdFlow} does.
 */
export function flowTexts(entries: Exclude<Value, string>, lines?: FlowLines): string[] {
  if (isList(entries)) return flowEntries(entries);
  return Object.entries(entries).map(([key, value]) => `${flow(key)}: ${createdFlow(value, lines)}`);
}

/** A collection that was not there before: with a blank inside each bracket, or over several lines. */
export function createdFlow(value: Value, lines?: FlowLines): string {
  if (typeof value === 'string') return flow(value);
  const [open, close] = isList(value) ? '[]' : '{}';
  if (!lines) return `${open} ${flowTexts(value).join(', ')} ${close}`;
  const inner = nestedLines(lines);
  const texts = flowTexts(value, { ...lines, indent: lines.indent + lines.step });
  return `${open}${inner}${texts.join(`,${inner}`)}${lines.lineBreak}${lines.indent}${close}`;
}
