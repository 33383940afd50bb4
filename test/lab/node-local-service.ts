import { setTimeout as sleep } from 'node:timers/promises';
import { addName, removeName } from './hosts.ts';
import type { Network } from './network.ts';
import { run } from './run.ts';
import { type Endpoint, type Policy, rulesFor, targetOf } from './service-rules.ts';

export type { Endpoint, Policy } from './service-rules.ts';

export interface ServiceOptions {
  readonly policy?: Policy;
  readonly name?: string;
  /** Of 10.96.0.0/16. */
  readonly clusterIp?: string;
  readonly ports?: readonly number[];
  /** kube-proxy's shortest time from one change of the rules to the next. */
  readonly minSyncPeriodMs?: number;
}

/** A Service as the pods of the network's node see it: its name, its address, and rules that follow its endpoints. */
export class NodeLocalService {
  readonly name: string;
  readonly clusterIp: string;
  readonly #options: Required<ServiceOptions>;
  readonly #node: string;
  readonly #table: string;
  readonly #endpoints = new Map<string, Endpoint>();
  #syncs: Promise<void> = Promise.resolve();
  #waiting = false;
  #due = 0;

  /** Begins without an endpoint, so that connections are refused. */
  static async start(network: Network, options: ServiceOptions = {}): Promise<NodeLocalService> {
    const service = new NodeLocalService(network.node, {
      policy: 'Local',
      name: 'telemetry-otlp.nodelocal-otlp.svc',
      clusterIp: '10.96.0.100',
      ports: [4317, 4318],
      minSyncPeriodMs: 1000,
      ...options,
    });
    await service.#writeRules();
    service.showName();
    return service;
  }

  constructor(node: string, options: Required<ServiceOptions>) {
    this.#node = node;
    this.#options = options;
    this.#table = `service-${options.clusterIp.replaceAll('.', '-')}`;
    this.name = options.name;
    this.clusterIp = options.clusterIp;
  }

  /** Adds or replaces the endpoint with that IP. The rules follow, at the pace of kube-proxy. */
  setEndpoint(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.ip, endpoint);
    this.#change();
  }

  removeEndpoint(ip: string): void {
    if (this.#endpoints.delete(ip)) this.#change();
  }

  get endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }

  /** Resolves when all changes so far are in the rules. */
  settled(): Promise<void> {
    return this.#syncs;
  }

  /** Makes its name unknown. */
  hideName(): void {
    removeName(this.name);
  }

  showName(): void {
    addName(this.name, this.clusterIp);
  }

  async dispose(): Promise<void> {
    this.hideName();
    await this.settled();
    await run('nft', [`delete table ip ${this.#table}`]);
  }

  /** The first change after a while is done at once; what comes within the period after it, together at its end. */
  #change(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#syncs = this.#syncs.then(() => this.#sync());
  }

  async #sync(): Promise<void> {
    await sleep(Math.max(0, this.#due - performance.now()));
    this.#due = performance.now() + this.#options.minSyncPeriodMs;
    this.#waiting = false;
    await this.#writeRules();
  }

  async #writeRules(): Promise<void> {
    const { policy, ports } = this.#options;
    const target = targetOf(this.endpoints, policy, this.#node);
    await run('nft', ['-f', '-'], rulesFor(this.#table, this.clusterIp, ports, target));
  }
}
