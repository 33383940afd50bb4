import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Program, Release } from './program.ts';
import { tool } from './tool.ts';

const sources = path.join(import.meta.dirname, 'python');

/**
 * Puts the Python program and its packages, in a virtual environment, into an empty folder. Throws with a plain line when
 * it can't.
 */
export async function buildPython(folder: string, release: Release): Promise<void> {
  const requirements = path.join(folder, 'requirements.txt');
  await copyFile(path.join(sources, 'app.py'), path.join(folder, 'app.py'));
  await copyFile(
    path.join(sources, release === 'oldest' ? 'requirements.oldest.txt' : 'requirements.txt'),
    requirements,
  );
  // Without pip inside: pip's own scripts would be wrong once the folder is renamed, and it takes half of the time.
  await tool('python3', ['-m', 'venv', '--without-pip', path.join(folder, 'venv')]);
  // The list is complete, so nothing that it does not name is ever installed.
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', requirements];
  await tool('python3', ['-m', 'pip', '--python', path.join(folder, 'venv'), 'install', ...options]);
}

/** How to start it. */
export function runPython(folder: string): Program {
  const requirements = readFileSync(path.join(folder, 'requirements.txt'), 'utf8');
  return {
    command: path.join(folder, 'venv/bin/python'),
    args: [path.join(folder, 'app.py')],
    env: {},
    version: /^opentelemetry-sdk==(\S+)$/m.exec(requirements)?.[1] ?? '',
  };
}
