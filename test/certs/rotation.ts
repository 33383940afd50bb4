import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CaCertificate } from '../../src/certs/authority.ts';
import { certificatesIn, FakeCluster, trustedBy } from './cluster.ts';
import { lifetimes, Replica, type ReplicaOptions } from './replicas.ts';
import { Simulation } from './simulation.ts';

const second = 1000;
const minute = 60 * second;
const start = new Date('2026-11-22T12:00:00Z');

const replicaOptions: fc.Arbitrary<ReplicaOptions> = fc.record({
  skewMs: fc.integer({ min: -2 * minute, max: 2 * minute }),
  latency: fc.record({
    callMs: fc.constantFrom(5, 100, 2 * second),
    watchMs: fc.constantFrom(5, second, 90 * second),
    secretWatchMs: fc.constantFrom(5, second, 90 * second),
  }),
});
const someReplicas = fc.array(replicaOptions, { minLength: 2, maxLength: 3 });
const seed = fc.integer();
const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

/** What must hold whatever the order in which replicas, API servers and watches get their turn. */
export function holdsForRotations(numRuns: number): void {
  const property = (title: string, check: (seed: number, options: ReplicaOptions[], at: number[]) => Promise<void>) =>
    it(title, { timeout: 1_800_000 }, async () => {
      const times = fc.array(upTo(20 * minute), { minLength: 6, maxLength: 6 });
      await fc.assert(fc.asyncProperty(seed, someReplicas, times, check), { numRuns, endOnFailure: true });
    });

  property(
    'rotates without one untrusted handshake, through restarts and clocks two minutes off',
    async (seed, options, at) => {
      const { cluster, replicas, advance } = populate(seed, options);
      await advance(5 * minute);
      const apiServers = [cluster.apiServer(0), cluster.apiServer(60 * second)];
      const guard = new Guard(cluster);
      await advance(5 * minute);
      const check = (): void => {
        expect(guard.problems()).toEqual([]);
        for (const trusted of apiServers) expectTrust(replicas, trusted(), cluster.simulation.now);
      };
      for (const [index, wait] of at.entries()) {
        await advance(wait, check);
        await restart(cluster, replicas, options, index % options.length, check);
        await advance(10 * minute, check);
      }
      expect(cluster.agrees()).toBe(true);
      expect(replicas.flatMap((r) => r.lines).filter((line) => line.level === 'warn')).toEqual([]);
    },
  );

  property('ends with one CA, known to all, when replicas start at once', async (seed, options) => {
    const { cluster, replicas, advance } = populate(seed, options);
    await advance(10 * minute);
    expect(certificatesIn(cluster.secret.current?.value)).toHaveLength(1);
    expect(replicas.flatMap((r) => r.said('wrote the CA Secret')).map((line) => line['action'])).toEqual(['create']);
    expect(cluster.agrees()).toBe(true);
    expectTrust(replicas, trustedBy(cluster.hook.current?.value), cluster.simulation.now);
  });

  property('recovers from whatever is done to the Secret and the hook', async (seed, options, at) => {
    const { cluster, replicas, advance } = populate(seed, options);
    await advance(10 * minute);
    for (const wait of at) {
      await advance(wait);
      const harm = harms[Math.floor(cluster.simulation.upTo(harms.length))];
      harm?.(cluster);
      await advance(10 * second);
      expect(await becomesWell(cluster, replicas)).toBe(true);
    }
  });
}

function populate(seed: number, options: readonly ReplicaOptions[]) {
  const simulation = new Simulation(start, seed);
  const cluster = new FakeCluster(simulation);
  const replicas = options.map((one) => new Replica(cluster, one));
  return { cluster, replicas, advance: (ms: number, check?: () => void) => simulation.advance(ms, check) };
}

/** Within the time of the slowest watch and the longest wait for a write, twice; a rotation may be under way as well. */
async function becomesWell(cluster: FakeCluster, replicas: readonly Replica[]): Promise<boolean> {
  const { simulation, hook } = cluster;
  const isWell = (): boolean =>
    cluster.agrees() && replicas.every((r) => r.isTrusted(trustedBy(hook.current?.value), simulation.now));
  for (const end = simulation.now + 6 * minute; !isWell() && simulation.now < end; ) await simulation.advance(second);
  return isWell();
}

async function restart(
  cluster: FakeCluster,
  replicas: Replica[],
  options: ReplicaOptions[],
  index: number,
  check: () => void,
) {
  const stopped = replicas[index]?.reconciler.stop();
  replicas[index] = new Replica(cluster, options[index]);
  await Promise.all([stopped, cluster.simulation.advance(10 * second, check)]);
}

function expectTrust(replicas: readonly Replica[], trusted: readonly CaCertificate[], now: number): void {
  const inService = replicas.filter((replica) => replica.reconciler.published);
  expect(inService.filter((replica) => !replica.isTrusted(trusted, now)).map((r) => r.reconciler.leaf)).toEqual([]);
}

/** Sees that no CA leaves the Secret or the hook before its end, and that there are never more than three. */
class Guard {
  readonly #cluster: FakeCluster;
  #held: readonly CaCertificate[] = [];
  #trusted: readonly CaCertificate[] = [];

  constructor(cluster: FakeCluster) {
    this.#cluster = cluster;
  }

  /** What has gone wrong since it looked last. */
  problems(): readonly string[] {
    const { secret, hook, simulation } = this.#cluster;
    const [held, trusted] = [certificatesIn(secret.current?.value), trustedBy(hook.current?.value)];
    const gone = [...missing(this.#held, held, simulation.now), ...missing(this.#trusted, trusted, simulation.now)];
    [this.#held, this.#trusted] = [held, trusted];
    return [...gone.map((subject) => `${subject} is gone too early`), ...(held.length > 3 ? ['too many CAs'] : [])];
  }
}

function missing(before: readonly CaCertificate[], after: readonly CaCertificate[], now: number): readonly string[] {
  const left = new Set(after.map((ca) => ca.fingerprint));
  return before.filter((ca) => !left.has(ca.fingerprint) && ca.endsAt.getTime() > now).map((ca) => ca.subject);
}

const harms: readonly ((cluster: FakeCluster) => void)[] = [
  (cluster) => cluster.secret.set(null),
  (cluster) => cluster.secret.set({}),
  (cluster) => cluster.setBundle(''),
  (cluster) => cluster.hook.set({ webhooks: [{ name: 'pods.nodelocal-otlp.dev' }] }),
  ...['previous.crt', 'current.crt', 'current.key', 'next.crt', 'next.key', 'next-signs-at'].flatMap((key) => [
    (cluster: FakeCluster) => cluster.editSecret({ [key]: 'garbage' }),
    (cluster: FakeCluster) => cluster.editSecret({ [key]: undefined }),
  ]),
  (cluster) => cluster.simulation.sleep(lifetimes.leafMs),
  (cluster) => cluster.simulation.sleep(lifetimes.caMs * 3),
];
