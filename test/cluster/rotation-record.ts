import { trustedAuthorities } from './authority-objects.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Replica } from './replica.ts';
import { servedAt } from './served.ts';

/** What was seen of a rotation from outside, by handshakes with each replica and by reading the hook. */
export interface RotationRecord {
  /** Of each replica: how many serving certificates. */
  readonly leaves: () => readonly number[];
  /** How many CAs every replica has served a certificate of, after the first one. */
  readonly successions: () => number;
  /** All that was counted, in a line for people. */
  readonly describe: () => string;
  readonly stop: () => Promise<void>;
}

const lagOf = (times: Map<string, number>) => Math.max(...times.values()) - Math.min(...times.values());

/** Two looks for each certificate, if it is replaced every two seconds. */
const everyMs = 700;

export function recordRotation(plane: ControlPlane, replicas: readonly Replica[]): RotationRecord {
  const leaves = replicas.map(() => new Set<string>());
  const takenUp = new Map<string, Map<string, number>>();
  const trusted = new Set<string>();
  const stop = new AbortController();
  let mostTrusted = 0;
  const look = async (replica: Replica, seen: Set<string>) => {
    const { fingerprint, authority } = await servedAt('127.0.0.1', replica.port);
    seen.add(fingerprint);
    const times = takenUp.get(authority) ?? new Map<string, number>();
    takenUp.set(authority, times.set(replica.name, times.get(replica.name) ?? performance.now()));
  };
  const run = async () => {
    while (!stop.signal.aborted) {
      await Promise.all(replicas.map((replica, index) => look(replica, leaves[index] ?? new Set())));
      const now = await trustedAuthorities(plane);
      for (const name of now) trusted.add(name);
      mostTrusted = Math.max(mostTrusted, now.length);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  const running = run();
  const started = performance.now();
  const byAll = () => [...takenUp.values()].filter(({ size }) => size === replicas.length).slice(1);
  return {
    leaves: () => leaves.map(({ size }) => size),
    successions: () => byAll().length,
    describe: () =>
      [
        `${byAll().length} successions of the CA in ${Math.round((performance.now() - started) / 1000)} s`,
        `${trusted.size} CAs seen in the caBundle, at most ${mostTrusted} at a time`,
        `serving certificates seen: ${leaves.map(({ size }) => size).join(' and ')}`,
        `the last replica took up a CA at most ${Math.round(Math.max(...byAll().map(lagOf)))} ms after the first`,
      ].join('; '),
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}
