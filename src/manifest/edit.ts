/** A change of a text: `remove` characters from `at` on give way to `insert`. */
export interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

export const insertion = (at: number, insert: string): Edit => ({ at, remove: 0, insert });
export const deletion = (start: number, end: number): Edit => ({ at: start, remove: end - start, insert: '' });

/** Carries out edits of one text; those at the same place in the order given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { at, remove, insert } of edits.toSorted((a, b) => a.at - b.at)) {
    if (at < position) throw new Error(`edits overlap at offset ${at}`);
    result += text.slice(position, at) + insert;
    position = at + remove;
  }
  return result + text.slice(position);
}
