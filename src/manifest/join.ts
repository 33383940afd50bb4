import { lineBreakAt } from './lines.ts';

/**
 * Several texts as one YAML stream. A single text comes back as it is; of more, each starts a new document,
 * with a marker only where the text has none itself.
 */
export function joinTexts(texts: readonly string[]): string {
  return texts.reduce(
    (joined, text) => (joined === '' ? text : joined + separator(joined, text) + text.replace(/^\uFEFF/, '')),
    '',
  );
}

function separator(before: string, after: string): string {
  const lineBreak = lineBreakAt(before, before.length);
  const end = before.endsWith('\n') ? '' : lineBreak;
  const first =
    after
      .replace(/^\uFEFF/, '')
      .split('\n')
      .find((line) => !/^\s*(#|$)/.test(line)) ?? '';
  if (/^---(\s|$)/.test(first)) return end;
  // A directive (%YAML) has to follow the end of the document before it.
  return `${end}${first.startsWith('%') ? '...' : '---'}${lineBreak}`;
}
