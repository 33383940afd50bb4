import { FakeCluster, trustedBy } from './cluster.ts';
import { type Line, Replica, type ReplicaOptions } from './replicas.ts';
import { Simulation } from './simulation.ts';

export const second = 1000;
export const minute = 60 * second;
export const start = new Date('2026-11-22T12:00:00Z');
export const wroteSecret = 'wrote the CA Secret';
export const wroteBundle = 'wrote the caBundle of the webhook configuration';

/** Replicas that have just been started, in a cluster whose hook has no caBundle yet. */
export function setUp(replicas: readonly ReplicaOptions[] = [{}, {}], seed = 7) {
  const simulation = new Simulation(start, seed);
  const cluster = new FakeCluster(simulation);
  return new World(
    cluster,
    replicas.map((options) => new Replica(cluster, options)),
  );
}

export class World {
  readonly cluster: FakeCluster;
  readonly replicas: readonly Replica[];

  constructor(cluster: FakeCluster, replicas: readonly Replica[]) {
    [this.cluster, this.replicas] = [cluster, replicas];
  }

  advance(ms: number, check?: () => void): Promise<void> {
    return this.cluster.simulation.advance(ms, check);
  }

  allTrusted(): boolean {
    const { hook, simulation } = this.cluster;
    return this.replicas.every((r) => r.isTrusted(trustedBy(hook.current?.value), simulation.now));
  }

  said(message: string): readonly Line[] {
    return this.replicas.flatMap((r) => r.said(message));
  }

  /** To the moment when `ready` is true, or the test fails. */
  async until(ready: () => boolean, withinMs: number): Promise<void> {
    for (let waited = 0; !ready() && waited < withinMs; waited += 100) await this.advance(100);
    if (!ready()) throw new Error(`it is not so after ${withinMs} ms`);
  }
}
