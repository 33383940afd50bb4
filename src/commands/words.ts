import { styleText } from 'node:util';
import type { Io } from './io.ts';

export type Style = 'green' | 'yellow' | 'dim' | 'bold';

export type Paint = (style: Style, text: string) => string;

/** Colours a text: only where a person reads it on a terminal and has not set NO_COLOR (https://no-color.org). */
export function painter(io: Io, to: 'stdout' | 'stderr' = 'stderr'): Paint {
  const colour = io[to].isTTY === true && !io.env['NO_COLOR'];
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** `1 container`, `2 containers`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a 2, b 1`: how often each text occurs, in the order of their first occurrence. */
export function tally(texts: readonly string[]): string {
  const distinct = [...new Set(texts)];
  return distinct.map((text) => `${text} ${texts.filter((other) => other === text).length}`).join(', ');
}

/** Lines in columns, as wide as their widest cell; the last column is not filled up. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
