import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errors, NodelocalError } from '../src/errors.ts';

const root = new URL('../src/', import.meta.url);
const source = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
  .map((file) => readFileSync(new URL(file, root), 'utf8'))
  .join('\n');

describe('the table of errors', () => {
  it.each(Object.entries(errors))('%s is raised somewhere, and says what to do', (code, { summary, hint }) => {
    expect(source).toContain(`'${code}'`);
    expect(summary).toMatch(/^[a-z].*[^.]$/);
    expect(hint).toMatch(/^[A-Z].*\.$/);
  });
});

describe('an error of ours', () => {
  it('has its code, its hint and its cause', () => {
    const code: ErrorCode = 'file-unreadable';
    const cause = new Error('ENOENT');
    const error = new NodelocalError(code, 'cannot read x', { cause });
    expect(error).toMatchObject({ name: 'NodelocalError', code, message: 'cannot read x', cause });
    expect(error.hint).toBe(errors[code].hint);
  });
});
