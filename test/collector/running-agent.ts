import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface AgentOptions {
  /** Parts of the configuration, merged from the first to the last. */
  readonly texts: readonly string[];
  /** What the Secret would give: NODELOCAL_OTLP_BACKEND_ENDPOINT and so on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the memory limiter: from here on it refuses. That of the manifests where not given. */
  readonly refusesFromMib?: number;
}

const host = '127.0.0.1';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What a process of a test cannot have as in the cluster: the fixed ports, an API server for k8s_attributes, and a memory
 * limit to take percentages of, so that those of 768Mi stand here in MiB.
 */
const adaptation = ({ grpc, http, health, metrics }: Ports, refusesFromMib: number): string => `
receivers: {otlp: {protocols: {grpc: {endpoint: "${host}:${grpc}"}, http: {endpoint: "${host}:${http}"}}}}
processors: {memory_limiter: {limit_mib: ${refusesFromMib + 77}, spike_limit_mib: 77}}
extensions: {health_check: {endpoint: "${host}:${health}"}}
service:
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: ${host}, port: ${metrics}}}}}]}}
  pipelines:
    traces: {processors: [memory_limiter]}
    metrics: {processors: [memory_limiter]}
    logs: {processors: [memory_limiter]}
`;

interface Ports {
  readonly grpc: number;
  readonly http: number;
  readonly health: number;
  readonly metrics: number;
}

/** A real Collector with the agent's configuration on ports of its own. */
export class RunningAgent {
  readonly ports: Ports;
  readonly #process: ChildProcess;
  readonly #folder: string;
  #log = '';

  /** Resolves when it answers on its health port. @throws with its log when it ends before */
  static async start(binary: string, { texts, env = {}, refusesFromMib = 614 }: AgentOptions): Promise<RunningAgent> {
    const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-agent-'));
    const [grpc, http, health, metrics] = (await freePorts(4)) as [number, number, number, number];
    const ports = { grpc, http, health, metrics };
    const args = await writeConfig(folder, [...texts, adaptation(ports, refusesFromMib)]);
    const child = spawn(binary, args, {
      env: { K8S_NODE_NAME: 'node-1', GOMEMLIMIT: '614MiB', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const agent = new RunningAgent(child, folder, ports);
    for (let tries = 0; !(await agent.isReady()); tries++) {
      if (child.exitCode !== null || tries > 300) throw new Error(`the Collector did not start:\n${agent.log}`);
      await sleep(50);
    }
    return agent;
  }

  constructor(child: ChildProcess, folder: string, ports: Ports) {
    this.#process = child;
    this.#folder = folder;
    this.ports = ports;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
  }

  /** What it has written so far: JSON lines. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return Number(this.#process.pid);
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`http://${host}:${this.ports.health}/`).catch(() => undefined);
    return answer?.status === 200;
  }

  /** Its metrics, summed over all labels but the one given: `otelcol_receiver_refused_spans_total`. */
  async metric(name: string, label = ''): Promise<number> {
    return metricAt(`http://${host}:${this.ports.metrics}/metrics`, name, label);
  }

  /** Ends it as the kubelet does after preStop; resolves with the seconds that it took. */
  async terminate(): Promise<number> {
    const start = performance.now();
    await this.#end('SIGTERM');
    return (performance.now() - start) / 1000;
  }

  /** Ends it if it runs, and removes its folder. */
  async dispose(): Promise<void> {
    await this.#end('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }
}

/** A metric that is exposed there in Prometheus' text format, summed over all its lines that hold the label. */
export async function metricAt(url: string, name: string, label = ''): Promise<number> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Writes the parts as files of a folder, and gives the arguments that name them. */
export async function writeConfig(folder: string, texts: readonly string[]): Promise<string[]> {
  const files = texts.map((_, i) => path.join(folder, `${i}.yaml`));
  await Promise.all(files.map((file, i) => writeFile(file, texts[i] ?? '')));
  return files.map((file) => `--config=file:${file}`);
}

/** Ports that are free at this moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, host));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
