import { execFile } from 'node:child_process';
import { access, constants, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { NodelocalError } from '../errors.ts';

const run = promisify(execFile);

/** The distributions that hold the components of our configuration; otelcol has them all only in some builds. */
const names = ['otelcol-k8s', 'otelcol-contrib', 'otelcol'] as const;

/** Where to look: all of it from the environment of the program. */
export interface Places {
  readonly PATH?: string | undefined;
  readonly HOME?: string | undefined;
  readonly XDG_CACHE_HOME?: string | undefined;
}

/**
 * The Collectors of this machine, the likeliest first: in PATH, then those that `npm run test:collector` has built, which
 * stand in `nodelocal-otlp/collector-*` below $XDG_CACHE_HOME or ~/.cache.
 */
export async function findCollectors({ PATH = '', HOME = '', XDG_CACHE_HOME }: Places): Promise<string[]> {
  const cache = path.join(XDG_CACHE_HOME || path.join(HOME, '.cache'), 'nodelocal-otlp');
  const built = (await readdir(cache).catch(() => []))
    .filter((name) => name.startsWith('collector-'))
    .sort()
    .toReversed();
  const folders = [...PATH.split(path.delimiter), ...built.map((name) => path.join(cache, name))];
  const files = folders
    .filter((folder) => folder !== '')
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
  const runnable = await Promise.all(
    files.map((file) =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, i) => runnable[i]);
}

/** The agent's own configuration from the manifests, for the fixed ports and the API server of a cluster. */
export async function agentConfiguration(manifests: string): Promise<string> {
  const file = path.join(manifests, 'agent/config.yaml');
  try {
    return (parse(await readFile(file, 'utf8')) as { data: Record<string, string> }).data['base.yaml'] ?? '';
  } catch (cause) {
    throw new NodelocalError('file-unreadable', `cannot read the agent's configuration in ${file}`, { cause });
  }
}

/** What a process has to have otherwise than a pod: its ports, no API server for k8s_attributes, a memory limit in MiB. */
const adaptation = (httpPort: number, healthPort: number): string => `
receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}, http: {endpoint: "127.0.0.1:${httpPort}"}}}}
processors: {memory_limiter: {limit_mib: 512, spike_limit_mib: 64}}
extensions: {health_check: {endpoint: "127.0.0.1:${healthPort}"}}
service:
  telemetry: {metrics: {level: none, readers: []}}
  pipelines:
    traces: {processors: [memory_limiter]}
    metrics: {processors: [memory_limiter]}
    logs: {processors: [memory_limiter]}
`;

/** Writes the configuration for one Collector into files of `folder`, and gives the arguments that name them. */
export async function collectorArguments(
  folder: string,
  configuration: string,
  ports: { readonly http: number; readonly health: number },
): Promise<string[]> {
  const parts = { base: configuration, [`adapted-${ports.http}`]: adaptation(ports.http, ports.health) };
  const files = Object.entries(parts).map(([name, text]) => ({ file: path.join(folder, `${name}.yaml`), text }));
  await Promise.all(files.map(({ file, text }) => writeFile(file, text)));
  return files.map(({ file }) => `--config=file:${file}`);
}

export const collectorEnvironment = (backend: string): Record<string, string> => ({
  K8S_NODE_NAME: 'demo',
  NODELOCAL_OTLP_BACKEND_ENDPOINT: backend,
  NODELOCAL_OTLP_BACKEND_PROTOCOL: 'http',
});

const timeout = 10_000;

/** Its name and version where it takes the configuration, else why not, in one line. */
export async function checkCollector(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly version: string } | { readonly problem: string }> {
  try {
    await run(file, ['validate', ...args], { env, timeout });
    const { stdout } = await run(file, ['--version'], { env, timeout });
    return { version: firstLine(stdout).replace(' version', '') };
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    return { problem: firstLine(stderr) || firstLine(message) };
  }
}

const firstLine = (text: string): string => text.trim().split('\n', 1)[0] ?? '';
