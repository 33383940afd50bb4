import type { Io } from '../../src/commands/io.ts';

/** An Io of a process without terminal, and what was written to it. */
export function recordedIo(changes: Partial<Io> = {}) {
  const written = { stdout: '', stderr: '' };
  const io: Io = {
    stdin: (async function* () {})(),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    env: {},
    cwd: '/nowhere',
    packageRoot: new URL('../..', import.meta.url).pathname,
    version: '1.2.3-test',
    signal: new AbortController().signal,
    ...changes,
  };
  return { io, written };
}
