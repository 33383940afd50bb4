#!/usr/bin/env node
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };

// Reads the process, runs the command line, sets the exit code. Everything else is loaded after the check of the
// version, because on an old Node.js the import of a dependency already fails with a message nobody understands.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isOldNode = major < 22 || (major === 22 && minor < 19);

/** Aborts on the first signal; a second one ends the process at once, for a person who will not wait. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const [signal, number] of [
    ['SIGTERM', 15],
    ['SIGINT', 2],
  ] as const) {
    process.on(signal, () => (controller.signal.aborted ? process.exit(128 + number) : controller.abort()));
  }
  return controller.signal;
}

/** A reader that has seen enough, such as `head`, is no error. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
}

if (isOldNode) {
  process.stderr.write(`error: nodelocal-otlp needs Node.js 22.19 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  process.stdout.on('error', endOnClosedPipe);
  process.stderr.on('error', endOnClosedPipe);
  let stopping: AbortSignal | undefined;
  const { runProgram } = await import('./commands/program.ts');
  process.exitCode = await runProgram(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    packageRoot: path.join(path.dirname(fileURLToPath(import.meta.url)), '..'),
    version: packageJson.version,
    // Made when first asked for: a command that does not care ends at once on a signal, as people expect.
    get signal() {
      stopping ??= stopSignal();
      return stopping;
    },
  });
}
