import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Program } from './program.ts';
import { tool } from './tool.ts';

const sources = path.join(import.meta.dirname, 'rust');

/**
 * Compiles the Rust program into an empty folder, in 1.5 minutes on two slow cores; with `oldest`, on the last crates that do not
 * retry by themselves. Throws with a plain line when it can't.
 */
export async function buildRust(folder: string, say: (line: string) => void, oldest = false): Promise<void> {
  const crate = oldest ? path.join(sources, 'oldest') : sources;
  say('compiling the Rust SDK, which takes one to two minutes');
  const target = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-rust-'));
  try {
    const args = ['--release', '--locked', '--quiet', '-j2', '--target-dir', target];
    await tool('cargo', ['build', ...args], { cwd: crate });
    await copyFile(path.join(target, 'release/sdk-app-rust'), path.join(folder, 'app'));
    await copyFile(path.join(crate, 'Cargo.lock'), path.join(folder, 'Cargo.lock'));
  } finally {
    await rm(target, { recursive: true });
  }
}

/** How to start it; one program speaks both protocols. */
export function runRust(folder: string, _app: 'rust-http' | 'rust-grpc'): Program {
  const lock = readFileSync(path.join(folder, 'Cargo.lock'), 'utf8');
  return {
    command: path.join(folder, 'app'),
    args: [],
    env: {},
    version: /^name = "opentelemetry-otlp"\nversion = "(.+)"$/m.exec(lock)?.[1] ?? '',
  };
}
