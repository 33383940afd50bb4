import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { metricAt } from '../collector/running-agent.ts';
import type { Agent } from '../manifests/agent.ts';
import { type Container, type ContainerOptions, prepareContainer } from './agent-container.ts';
import { probe } from './kubelet-probes.ts';
import type { PodNetwork } from './network.ts';
import type { NodeLocalService } from './node-local-service.ts';

export interface AgentPodOptions extends ContainerOptions {
  /** The Collector. */
  readonly binary: string;
  /** Whose manifests. */
  readonly agent: Agent;
  readonly service: NodeLocalService;
}

/** How a pod ended. */
export interface Ended {
  /** From SIGTERM to the end of the process. */
  readonly drainSeconds: number;
  /** The grace period was over before. */
  readonly killed: boolean;
}

/** How long the kubelet takes at most to notice that a container has ended, and its back-off before the next run. */
const relistMs = 1000;
const backOffMs = (restarts: number) => (restarts === 0 ? 0 : Math.min(10_000 * 2 ** (restarts - 1), 300_000));

/**
 * An agent in a pod: a real Collector with the arguments, configuration and environment of the manifests, probed as the
 * kubelet does, with an endpoint of the Service that says what the probes found. A container that ends is started again.
 */
export class AgentPod {
  readonly network: PodNetwork;
  readonly #options: AgentPodOptions;
  readonly #folder: string;
  readonly #container: Container;
  readonly #changes = new EventEmitter();
  #process: ChildProcess | undefined;
  #serving = false;
  #terminating = false;
  #restarts = 0;
  #expected = false;
  #log = '';

  /** Resolves when its container is started; `ready` tells more. */
  static async start(network: PodNetwork, options: AgentPodOptions): Promise<AgentPod> {
    const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-pod-'));
    const pod = new AgentPod(network, options, folder, await prepareContainer(options.agent, network, folder, options));
    pod.#run();
    return pod;
  }

  constructor(network: PodNetwork, options: AgentPodOptions, folder: string, container: Container) {
    this.network = network;
    this.#options = options;
    this.#folder = folder;
    this.#container = container;
    this.#publish();
  }

  /** Resolves as soon as its readiness probe passes. @throws with its log when its container ends by itself before */
  async ready(): Promise<void> {
    while (!this.#serving) {
      const [what] = (await once(this.#changes, 'change')) as [string];
      if (what === 'failed') throw new Error(`the Collector ended:\n${this.#log}`);
    }
  }

  get isReady(): boolean {
    return this.#serving && !this.#terminating;
  }

  /** Of the Collector; 0 while it does not run. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** What it has written so far in all its runs: JSON lines. */
  get log(): string {
    return this.#log;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Its metrics, summed over all labels but the one given: `otelcol_receiver_refused_spans_total`. */
  metric(name: string, label = ''): Promise<number> {
    return metricAt(`http://${this.network.ip}:8888/metrics`, name, label);
  }

  /** Kills the Collector, which the kubelet notices within a second and starts again, after 10 s and more from the second time on. */
  async kill9(): Promise<void> {
    if (this.#process === undefined) return;
    this.#expected = true;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Deletes the pod as the kubelet does: its endpoint terminates, preStop, SIGTERM, and SIGKILL when the grace is over. */
  async shutdown(): Promise<Ended> {
    const { container, pod } = this.#options.agent;
    const graceMs = (pod.terminationGracePeriodSeconds ?? 30) * 1000;
    const preStopMs = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
    this.#terminating = true;
    this.#publish();
    await sleep(Math.min(preStopMs, graceMs));
    const start = performance.now();
    const killed = !(await this.#ends('SIGTERM', graceMs - preStopMs));
    const drainSeconds = (performance.now() - start) / 1000;
    await this.dispose();
    return { drainSeconds, killed };
  }

  /** Ends it without any grace, and removes all that it had. */
  async dispose(): Promise<void> {
    this.#terminating = true;
    await this.#ends('SIGKILL', 0);
    this.#options.service.removeEndpoint(this.network.ip);
    await this.network.dispose();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns false when it had to be killed after the time given */
  async #ends(signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
    const child = this.#process;
    if (child === undefined) return true;
    const ended = once(child, 'exit').then(() => true);
    child.kill(signal);
    const timer = new AbortController();
    const inTime = await Promise.race([ended, sleep(withinMs, false, { signal: timer.signal })]);
    timer.abort();
    if (!inTime) child.kill('SIGKILL');
    await ended;
    return inTime;
  }

  #run(): void {
    const { args, env } = this.#container;
    const child = this.network.spawn(this.#options.binary, args, {
      env: { ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    const stop = new AbortController();
    child.on('exit', () => {
      stop.abort();
      this.#process = undefined;
      void this.#restart();
    });
    this.#process = child;
    void probe(this.#options.agent, this.network.ip, {
      signal: stop.signal,
      onServing: (serving) => this.#setServing(serving),
      onHopeless: () => child.kill('SIGKILL'),
    });
  }

  async #restart(): Promise<void> {
    if (!this.#expected && !this.#terminating) this.#changes.emit('change', 'failed');
    this.#expected = false;
    await sleep(relistMs);
    if (this.#terminating) return;
    this.#setServing(false);
    await sleep(backOffMs(this.#restarts++));
    if (!this.#terminating) this.#run();
  }

  #setServing(serving: boolean): void {
    if (this.#serving === serving) return;
    this.#serving = serving;
    this.#publish();
    this.#changes.emit('change', 'serving');
  }

  #publish(): void {
    const { ip, node } = this.network;
    const [serving, terminating] = [this.#serving, this.#terminating];
    this.#options.service.setEndpoint({ ip, node, serving, terminating, ready: serving && !terminating });
  }
}
