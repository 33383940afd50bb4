import type { Style } from './words.ts';

export interface Line {
  readonly text: string;
  readonly style?: Style;
}

interface Layout {
  /** Columns before the first line. */
  readonly indent: number;
  /** Columns before the others; as the first, if not given. */
  readonly hang?: number;
  readonly style?: Style;
}

const width = 100;

/** A text in lines of 100 columns, broken behind blanks and commas; what has neither stays whole. */
export function wrapped(text: string, { indent, hang = indent, style }: Layout): Line[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent);
  let isEmpty = true;
  for (const piece of pieces(text)) {
    if (!isEmpty && (line + piece.trimEnd()).length > width) {
      lines.push(line);
      line = ' '.repeat(hang);
    }
    line += piece;
    isEmpty = false;
  }
  return [...lines, line].map((one) => ({ text: one.trimEnd(), ...(style && { style }) }));
}

/** Whether a text can be wrapped into the columns behind `indent`. */
export function fits(text: string, indent: number): boolean {
  return pieces(text).every((piece) => indent + piece.trimEnd().length <= width);
}

function pieces(text: string): string[] {
  return text.split(/(?<=[ ,])(?! )/);
}

/** Labelled texts, a label's first text beside it and the others below; labels without texts are left out. */
export function facts(rows: readonly (readonly [label: string, texts: readonly string[]])[]): Line[] {
  const column = Math.max(...rows.map(([label]) => label.length)) + 4;
  return rows.flatMap(([label, texts]) =>
    texts.flatMap((text, index) =>
      wrapped(`${(index === 0 ? label : '').padEnd(column - 2)}${text}`, { indent: 2, hang: column }),
    ),
  );
}
