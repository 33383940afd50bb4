import { stringify } from 'yaml';
import { settingRows } from './settings.ts';
import { type SettingRow, splitKey } from './shape.ts';

const commentWidth = 100;

/** A configuration file with every setting at its default, each below a comment that says what it does. */
export function commentedExample(): string {
  let open: string | undefined;
  const blocks = settingRows.map((row) => {
    const { group } = splitKey(row.key);
    const heading = group !== undefined && group !== open ? `${group}:\n` : '';
    open = group;
    return heading + indent(entry(row), group === undefined ? '' : '  ');
  });
  return blocks.join('\n');
}

function entry(row: SettingRow): string {
  const comment = wrap(row.description, commentWidth).map((line) => `# ${line}\n`);
  return comment.join('') + stringify({ [splitKey(row.key).leaf]: row.default });
}

function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
