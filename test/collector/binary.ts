import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const manifest = path.join(import.meta.dirname, 'builder.yaml');

/** A Collector to test with, or the one line that says why there is none. */
export type Binary = { readonly file: string } | { readonly missing: string };

/**
 * The Collector of builder.yaml: from the cache, else built there, which takes about 7 minutes on two slow cores. The cache
 * is `collector-VERSION-HASH` below $XDG_CACHE_HOME or ~/.cache; nothing of it is ever in the repository.
 */
export async function collectorBinary(say: (line: string) => void = () => {}): Promise<Binary> {
  const text = await readFile(manifest, 'utf8');
  const version = /^ {2}version: (\S+)$/m.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const cache = path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'nodelocal-otlp');
  const file = path.join(cache, `collector-${version}-${hash}`, 'otelcol-k8s');
  if (await exists(file)) return { file };
  const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-collector-'));
  try {
    return await built(folder, version, file, say);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function built(folder: string, version: string, file: string, say: (line: string) => void): Promise<Binary> {
  const niceGo = (...args: string[]) => run('nice', ['-n', '19', ...args], { cwd: folder, env: goEnv(folder) });
  if (!(await works('go', ['version']))) return { missing: 'there is no Go here to build a Collector with' };
  try {
    await niceGo('go', 'install', `go.opentelemetry.io/collector/cmd/builder@v${version}`);
  } catch (error) {
    return { missing: `the Collector builder could not be fetched: ${lastLine(error)}` };
  }
  say(`building a Collector ${version}, which takes some minutes; the next run finds it in ${path.dirname(file)}`);
  await copyFile(manifest, path.join(folder, 'builder.yaml'));
  try {
    await niceGo(path.join(folder, 'builder'), '--config', 'builder.yaml');
  } catch (error) {
    return { missing: `the Collector could not be built: ${lastLine(error)}` };
  }
  await mkdir(path.dirname(file), { recursive: true });
  // By way of the same file system, so that nobody ever finds half a file.
  await copyFile(path.join(folder, 'build/otelcol-k8s'), `${file}.${process.pid}`);
  await rename(`${file}.${process.pid}`, file);
  return { file };
}

const goEnv = (folder: string): NodeJS.ProcessEnv => ({ ...process.env, GOBIN: folder, GOWORK: 'off' });

const works = (command: string, args: string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

function lastLine(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  return (stderr.trim() || message).split('\n').at(-1) ?? '';
}
