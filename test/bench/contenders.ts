/** The servers that are compared. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeCertificate } from './certificate.ts';
import { annotationKey, variables } from './variables.ts';

export interface Contender {
  name: string;
  /** Where it is started; what it writes stays there. */
  folder: string;
  command(port: number, metricsPort: number): string[];
}

export const bare = 'bare node:https';
export const webhook = 'nodelocal-otlp';
export const go = 'Go, typed and diff';

/** All servers that can be started here; what can't be is said in one line to `say`. */
export function findContenders(folder: string, say: (line: string) => void): Contender[] {
  const { cert, key } = writeCertificate(folder);
  const node = (script: URL) => (port: number) => [process.execPath, fileURLToPath(script), `${port}`, cert, key];
  const goCommand = buildGo(folder, cert, key, say);
  return [
    { name: bare, folder, command: node(new URL('servers/bare.ts', import.meta.url)) },
    { name: 'express', folder, command: node(new URL('servers/express.ts', import.meta.url)) },
    ourWebhook(folder),
    ...(goCommand === undefined ? [] : [{ name: go, folder, command: goCommand }]),
  ];
}

/** Every rule on and the log level as by default: what is measured is what a cluster would run. */
export function ourWebhook(folder: string): Contender {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const command = (port: number, metricsPort: number) => [
    process.execPath,
    // As npm start and the image do.
    '--max-semi-space-size=2',
    main,
    'serve',
    '--standalone',
    '--port',
    `${port}`,
    '--metrics-port',
    `${metricsPort}`,
  ];
  return { name: webhook, folder, command };
}

type Say = (line: string) => void;

function buildGo(folder: string, cert: string, key: string, say: Say): Contender['command'] | undefined {
  const program = join(folder, 'go-webhook');
  const work = join(folder, 'go-webhook.json');
  writeFileSync(work, JSON.stringify({ variables, annotationKey }));
  if (spawnSync('go', ['version']).status !== 0) {
    say(`${go}: skipped, there is no go here`);
    return undefined;
  }
  say(`${go}: building (half a minute when nothing is cached)`);
  const build = spawnSync('nice', ['-n', '15', 'go', 'build', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('go', import.meta.url)),
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (build.status === 0) return (port) => [program, `${port}`, cert, key, work];
  say(`${go}: skipped, it could not be built: ${build.stderr?.trim().split('\n').at(-1) ?? build.error?.message}`);
  return undefined;
}
