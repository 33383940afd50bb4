import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Whether this is a clone: only git can tell what a fresh one would hold. */
export const isClone = existsSync(path.join(root, '.git'));

/** Every file that git has or would take, so that nothing ignored can make a build work. */
function files(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  return listed.filter((file) => existsSync(path.join(root, file)));
}

/**
 * Whether a .dockerignore leaves a file out. Of the language, plain paths, `*` alone and `!` are known; the last line that
 * matches decides: https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function isIgnored(file: string, dockerignore: string): boolean {
  const patterns = dockerignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const matching = patterns.filter((line) => {
    const pattern = line.replace(/^!/, '');
    if (pattern !== '*' && /[*?[]/.test(pattern)) throw new Error(`${line}: these tests do not know this pattern`);
    return pattern === '*' || file === pattern || file.startsWith(`${pattern}/`);
  });
  return matching.length > 0 && !matching.at(-1)?.startsWith('!');
}

/** The files that `docker build .` sends. */
export function contextFiles(): string[] {
  const dockerignore = readFileSync(path.join(root, '.dockerignore'), 'utf8');
  return files().filter((file) => !isIgnored(file, dockerignore));
}

export function copyContext(target: string): void {
  for (const file of contextFiles()) cpSync(path.join(root, file), path.join(target, file));
}
