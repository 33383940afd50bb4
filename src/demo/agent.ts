import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.ts';
import { agentConfiguration, checkCollector, collectorArguments, collectorEnvironment } from './collector.ts';

/** An agent that is ready: it takes OTLP over HTTP on a port of this machine, and sends it on to the backend. */
export interface Agent {
  readonly port: number;
  /** Ends it as the kubelet does; resolves when it has sent on what it holds, and ended. */
  end(): Promise<void>;
  kill(): void;
}

/** A kind of agent, of which the demo starts one after another. */
export interface AgentKind {
  /** As people know it: `otelcol-k8s 0.159.0`; undefined is the built-in one. */
  readonly collector?: string;
  /**
   * Resolves when the agent is ready.
   *
   * @throws NodelocalError demo-failed when it ends before
   */
  start(signal: AbortSignal): Promise<Agent>;
}

/** The built-in agent: a process that passes on what it is sent. @param entry the file of agent-process.ts */
export function builtInAgent(entry: string, backend: string): AgentKind {
  return {
    start: async (signal) => {
      const child = new Child(
        fork(entry, { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] }),
        'the built-in agent',
      );
      child.process.send(backend);
      return ready(child, async () => Number(await child.message(signal)));
    },
  };
}

export interface CollectorOptions {
  /** The folder of the manifests, one of which is the agent's configuration. */
  readonly manifests: string;
  readonly backend: string;
  /** For its files; the caller removes it. */
  readonly folder: string;
}

/** A real Collector with the configuration of the manifests; or why this one cannot be the agent, in one line. */
export async function collectorAgent(
  file: string,
  { manifests, backend, folder }: CollectorOptions,
): Promise<AgentKind | { readonly problem: string }> {
  const configuration = await agentConfiguration(manifests);
  const env = collectorEnvironment(backend);
  const check = await checkCollector(
    file,
    await collectorArguments(folder, configuration, { http: 1, health: 2 }),
    env,
  );
  if ('problem' in check) return check;
  return {
    collector: check.version,
    start: async (signal) => {
      const [http = 0, health = 0] = await freePorts(2);
      const args = await collectorArguments(folder, configuration, { http, health });
      const child = new Child(spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }), 'the Collector');
      return ready(child, async () => {
        while (!(await answers(health))) {
          await child.stillRunning();
          await sleep(50, undefined, { signal });
        }
        return http;
      });
    },
  };
}

async function ready(child: Child, port: () => Promise<number>): Promise<Agent> {
  try {
    return { port: await port(), end: () => child.end(), kill: () => child.kill() };
  } catch (error) {
    child.kill();
    throw error;
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    get({ host: '127.0.0.1', port, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    }).on('error', () => resolve(false));
  });

/** Ports that are free at this moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
