import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Program, Release } from './program.ts';
import { tool } from './tool.ts';

const sources = path.join(import.meta.dirname, 'node');
const needed = [22, 15] as const;

/** Puts the Node program and its packages into an empty folder. Throws with a plain line when it can't. */
export async function buildNode(folder: string, release: Release): Promise<void> {
  if (!isNewEnough(process.versions.node))
    throw new Error(`the SDK needs Node.js ${needed.join('.')}, this is ${process.versions.node}`);
  const pinned = release === 'oldest' ? path.join(sources, 'oldest') : sources;
  await copyFile(path.join(sources, 'app.js'), path.join(folder, 'app.js'));
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(path.join(pinned, file), path.join(folder, file));
  await tool('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
}

/** How to start it: with the Node.js that runs this. */
export function runNode(folder: string): Program {
  const lock = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')) as Lock;
  return {
    command: process.execPath,
    args: [path.join(folder, 'app.js')],
    env: {},
    version: lock.packages['node_modules/@opentelemetry/exporter-trace-otlp-proto']?.version ?? '',
  };
}

interface Lock {
  packages: Record<string, { version?: string }>;
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > needed[0] || (major === needed[0] && minor >= needed[1]);
}
