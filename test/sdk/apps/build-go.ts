import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { Program, Release } from './program.ts';
import { tool } from './tool.ts';

const sources = path.join(import.meta.dirname, 'go');

/** Compiles the Go program into an empty folder. Throws with a plain line when it can't. */
export async function buildGo(folder: string, release: Release): Promise<void> {
  const modules = release === 'oldest' ? 'go.oldest.mod' : 'go.mod';
  const options = [`-modfile=${modules}`, '-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags=-s -w'];
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '' };
  const args = ['build', ...options, `-tags=${release}`, `-o=${path.join(folder, 'app')}`, '.'];
  await tool('go', args, { cwd: sources, env });
  await copyFile(path.join(sources, modules), path.join(folder, 'go.mod'));
}

/** How to start it. */
export function runGo(folder: string): Program {
  const modules = readFileSync(path.join(folder, 'go.mod'), 'utf8');
  return {
    command: path.join(folder, 'app'),
    args: [],
    env: {},
    version: /^\tgo\.opentelemetry\.io\/otel\/sdk v(\S+)$/m.exec(modules)?.[1] ?? '',
  };
}
