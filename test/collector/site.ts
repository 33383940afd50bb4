import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings } from '../../src/config/load.ts';
import type { InjectionSettings } from '../../src/inject/settings.ts';
import type { Signal } from '../../src/otlp/decode.ts';
import { signals } from '../../src/otlp/schema.ts';
import type { ContainerOptions } from '../lab/agent-container.ts';
import type { AgentPod } from '../lab/agent-pod.ts';
import { DaemonSet } from '../lab/daemonset.ts';
import type { Network } from '../lab/network.ts';
import { NodeLocalService, type Policy } from '../lab/node-local-service.ts';
import { SdkApp } from '../lab/sdk-app.ts';
import { Sink } from '../lab/sink.ts';
import { keep } from '../keep.ts';
import type { Agent } from '../manifests/agent.ts';
import { type AppName, buildApp, type Program } from '../sdk/apps/build.ts';
import { Load, type LoadOptions } from './load.ts';
import { collector } from './suite.ts';
import type { RunningPod } from './workloads.ts';

export interface SiteOptions extends ContainerOptions {
  /** Unique in the network: the Service's namespace, and so a part of its name. */
  readonly name: string;
  /** Whose manifests. */
  readonly agent: Agent;
  /** Which the backend speaks: HTTP where not given. */
  readonly protocol?: 'http' | 'grpc';
}

let sites = 0;

/** A backend, and one node of a cluster with the Service, the agents and the apps that send to it. Several fit in one network. */
export class Site {
  readonly name: string;
  readonly sink: Sink;
  readonly service: NodeLocalService;
  readonly daemonSet: DaemonSet;
  readonly apps: SdkApp[] = [];
  readonly #network: Network;

  /** Resolves when the first agent is ready. All of it ends with the tests of the file. */
  static async start(network: Network, options: SiteOptions): Promise<Site> {
    const { name, agent, secret, protocol = 'http', ...container } = options;
    const sink = keep(await Sink.start(await network.addPod(`${name}-backend`)));
    const service = keep(
      await NodeLocalService.start(network, {
        name: `telemetry-otlp.${name}.svc`,
        clusterIp: `10.96.0.${100 + sites++}`,
        policy: policyOf(agent),
      }),
    );
    const toSink = { ...sink.secret(protocol), ...secret };
    const binary = collector ?? '';
    const daemonSet = await DaemonSet.start(network, { ...container, binary, agent, service, secret: toSink });
    return new Site(network, name, sink, service, keep(daemonSet));
  }

  constructor(network: Network, name: string, sink: Sink, service: NodeLocalService, daemonSet: DaemonSet) {
    this.#network = network;
    this.name = name;
    this.sink = sink;
    this.service = service;
    this.daemonSet = daemonSet;
  }

  /** Starts a load in a pod of its own. */
  async load(options: Omit<LoadOptions, 'endpoint'>): Promise<Load> {
    const port = options.transport === 'grpc' ? 4317 : 4318;
    const place = await this.#network.addPod(options.service);
    return keep(Load.start(place, { ...options, endpoint: `http://${this.service.name}:${port}` }));
  }

  /** Starts programs with real SDKs, injected for this site, each in a pod of its own. */
  async startApps(programs: readonly NamedProgram[], env: Readonly<Record<string, string>> = {}): Promise<SdkApp[]> {
    if (programs.length === 0) throw new Error('there is no SDK program to count with');
    const started = await Promise.all(
      programs.map(async ({ name, program }) => {
        const options = { name, program, service: `${this.name}-${name}`, env, settings: this.#settings('auto') };
        return SdkApp.start(await this.#network.addPod(name), options);
      }),
    );
    this.apps.push(...started);
    return started;
  }

  /** Starts a program in a pod that an API server knows. */
  async startPodApp(program: NamedProgram, pod: RunningPod, identity: 'auto' | 'always'): Promise<void> {
    const clusterIps = [this.service.clusterIp];
    const options = { ...program, ...pod, clusterIps, env: eager, settings: this.#settings(identity) };
    this.apps.push(await SdkApp.start(pod.place, options));
  }

  #settings(identity: 'auto' | 'always'): InjectionSettings {
    const { settings } = loadSettings({});
    return { ...settings, identity, endpoint: { ...settings.endpoint, namespace: this.name } };
  }

  /** Of its newest agent; all labels together. */
  metric(name: string, label?: string): Promise<number> {
    return this.daemonSet.current.metric(name, label);
  }

  /** Resolves when no agent holds anything any more. */
  async drained(): Promise<void> {
    const queued = (pod: AgentPod) => pod.metric('otelcol_exporter_queue_size');
    while ((await Promise.all(this.daemonSet.pods.map(queued))).some((bytes) => bytes > 0)) await sleep(200);
  }
}

const policyOf = (agent: Agent): Policy => (agent.has('prefer-same-node') ? 'PreferSameNode' : 'Local');

/** Java's two are the same program with another exporter; each SDK over both protocols. */
export const sdkNames = [
  'node-http',
  'node-grpc',
  'python-http',
  'python-grpc',
  'java-http',
  'java-grpc',
  'go-http',
  'go-grpc',
] as const;

/** As often as an app with much to tell, so that there is something to lose at every moment. */
export const eager = {
  OTEL_BSP_SCHEDULE_DELAY: '1000',
  OTEL_METRIC_EXPORT_INTERVAL: '5000',
  OTEL_METRIC_EXPORT_TIMEOUT: '5000',
};

export interface NamedProgram {
  readonly name: AppName;
  readonly program: Program;
}

/** The programs that can be built here; one plain line for each that cannot. */
export async function programsFor(names: readonly AppName[]): Promise<NamedProgram[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, program: await buildApp(name) })));
  return found.flatMap(({ name, program }) => {
    if (!('missing' in program)) return [{ name, program }];
    process.stderr.write(`left out: ${program.missing}\n`);
    return [];
  });
}

/** The same for each signal. */
export const eachSignal = <T>(value: T): Readonly<Record<Signal, T>> =>
  Object.fromEntries(signals.map((signal) => [signal, value])) as Record<Signal, T>;
