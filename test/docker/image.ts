import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './context.ts';
import { only, parseDockerfile, type Stage } from './dockerfile.ts';

export const stages = parseDockerfile(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
export const [buildStage, imageStage] = stages as [Stage, Stage];

/** The files below a folder. */
export function filesIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => statSync(path.join(folder, file)).isFile()).sort();
}

/**
 * Starts the image's ENTRYPOINT with this Node.js, in an empty folder. Node itself refuses to read anything but the image
 * and that folder, and to write anywhere but there: what is missing in the image cannot be found elsewhere.
 */
export function startImage(image: string, args: readonly string[]) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-run-'));
  const [node, ...entry] = only(imageStage, 'ENTRYPOINT');
  if (node !== '/nodejs/bin/node') throw new Error(`the base image has no ${node}`);
  const confined = [
    '--permission',
    `--allow-fs-read=${image}/*`,
    `--allow-fs-read=${cwd}/*`,
    `--allow-fs-write=${cwd}/*`,
  ];
  const moved = entry.map((arg) => (path.isAbsolute(arg) ? path.join(image, arg) : arg));
  const child = spawn(process.execPath, [...confined, ...moved, ...args], { cwd, env: {} });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, cwd, said, ended };
}
