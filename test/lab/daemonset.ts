import { setTimeout as sleep } from 'node:timers/promises';
import { AgentPod, type AgentPodOptions, type Ended } from './agent-pod.ts';
import type { Network } from './network.ts';

/** The agents of one node, as the DaemonSet controller replaces them. */
export class DaemonSet {
  readonly #network: Network;
  readonly #node: string;
  #options: AgentPodOptions;
  #pods: AgentPod[] = [];
  #created = 0;

  /** Resolves when its first pod is ready and the Service's rules know. @param node the network's own when not given */
  static async start(network: Network, options: AgentPodOptions, node: string = network.node): Promise<DaemonSet> {
    const daemonSet = new DaemonSet(network, options, node);
    try {
      await (await daemonSet.#create()).ready();
    } catch (error) {
      await daemonSet.dispose();
      throw error;
    }
    await options.service.settled();
    return daemonSet;
  }

  constructor(network: Network, options: AgentPodOptions, node: string) {
    this.#network = network;
    this.#options = options;
    this.#node = node;
  }

  /** The newest pod. */
  get current(): AgentPod {
    const pod = this.#pods.at(-1);
    if (pod === undefined) throw new Error('the DaemonSet has no pod');
    return pod;
  }

  /** Those that are there, the oldest first. */
  get pods(): readonly AgentPod[] {
    return this.#pods;
  }

  /**
   * Replaces the pod: with a surge, the new one is available (ready for minReadySeconds) before the old one is deleted;
   * without, the old one goes first. @param change of the pod template @returns how the old one ended
   */
  async rollout(change: Partial<AgentPodOptions> = {}): Promise<Ended> {
    const old = this.current;
    const { updateStrategy, minReadySeconds = 0 } = this.#options.agent.the('DaemonSet').spec ?? {};
    const surge = Number.parseInt(String(updateStrategy?.rollingUpdate?.maxSurge ?? 0), 10) > 0;
    this.#options = { ...this.#options, ...change };
    const ended = surge ? undefined : await this.#delete(old);
    await (await this.#create()).ready();
    await sleep(minReadySeconds * 1000);
    return ended ?? (await this.#delete(old));
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#pods.splice(0).map((pod) => pod.dispose()));
  }

  async #create(): Promise<AgentPod> {
    const network = await this.#network.addPod(`agent-${++this.#created} of ${this.#node}`, this.#node);
    const pod = await AgentPod.start(network, this.#options);
    this.#pods.push(pod);
    return pod;
  }

  async #delete(pod: AgentPod): Promise<Ended> {
    const ended = await pod.shutdown();
    this.#pods = this.#pods.filter((other) => other !== pod);
    return ended;
  }
}
