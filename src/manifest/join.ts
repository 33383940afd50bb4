import { lineBreakAt } from './lines.ts';

/**
 * Several texts as one YAML stream. A single text comes back as it is; of more, each starts a new document,
 * with a marker only where the text has none itself.
 */
export function joinTexts(texts: readonly string[]): string {
  const [first = '', ...more] = texts.filter((text) => text !== '');
  if (more.length === 0) return first;
  return more
    .map((text) => text.replace(/^\uFEFF/, ''))
    .reduce((joined, text) => joined + separator(joined, text) + text, asYaml(first));
}

/** A stream that starts with a brace is one of JSON for kubectl, which then stumbles over markers. */
function asYaml(text: string): string {
  return text.replace(/^(\uFEFF?)(?=\s*\{)/, `$1---${lineBreakAt(text, 0)}`);
}

function separator(before: string, after: string): string {
  const lineBreak = lineBreakAt(before, before.length);
  const end = before.endsWith('\n') ? '' : lineBreak;
  const first = after.split('\n').find((line) => !/^\s*(#|$)/.test(line)) ?? '';
  if (/^---(\s|$)/.test(first)) return end;
  // A directive (%YAML) has to follow the end of the document before it.
  return `${end}${first.startsWith('%') ? '...' : '---'}${lineBreak}`;
}
