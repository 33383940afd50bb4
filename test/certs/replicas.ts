import { type CaCertificate, type Lifetimes } from '../../src/certs/authority.ts';
import { type KeyPair, newKeyPair } from '../../src/certs/keys.ts';
import { CertificateReconciler } from '../../src/certs/reconcile.ts';
import type { Log } from '../../src/log.ts';
import type { FakeCluster, Latency } from './cluster.ts';

const minute = 60_000;

/** Short, so that a few rotations take little time; long enough for clocks that differ by minutes. */
export const lifetimes: Lifetimes = { caMs: 60 * minute, leafMs: 8 * minute, propagationMs: 10 * minute };
export const webhookName = 'nodelocal-otlp-webhook.nodelocal-otlp.svc';
export const fast: Latency = { callMs: 50, watchMs: 100 };

// Real keys, but few: making one takes longer than all else in a simulation.
const keyPool = await Promise.all(Array.from({ length: 4 }, () => newKeyPair()));
let taken = 0;
export const pooledKeys = (): Promise<KeyPair> => Promise.resolve(keyPool[taken++ % keyPool.length] as KeyPair);

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export function memoryLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (fields: Readonly<Record<string, unknown>>, message: string): void =>
      void lines.push({ ...fields, level, message });
  return { log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }, lines };
}

export interface ReplicaOptions {
  readonly latency?: Latency;
  /** By how much its clock is ahead. */
  readonly skewMs?: number;
  readonly lifetimes?: Lifetimes;
}

/** One replica of the webhook, as far as certificates go. */
export class Replica {
  readonly reconciler: CertificateReconciler;
  readonly lines: Line[];
  /** How often a new leaf was put into service. */
  swaps = 0;
  broken = false;

  constructor(cluster: FakeCluster, options: ReplicaOptions = {}) {
    const { simulation } = cluster;
    const { log, lines } = memoryLog();
    this.lines = lines;
    this.reconciler = new CertificateReconciler({
      ...cluster.stores(options.latency ?? fast, () => this.broken),
      names: [webhookName],
      lifetimes: options.lifetimes ?? lifetimes,
      onChange: () => this.swaps++,
      log,
      now: () => new Date(simulation.now + (options.skewMs ?? 0)),
      random: simulation.random,
      schedule: simulation.schedule,
      newKeys: pooledKeys,
    });
    this.reconciler.start();
  }

  /** Whether callers with these CAs would accept its leaf. */
  isTrusted(trusted: readonly CaCertificate[], now: number): boolean {
    const { leaf } = this.reconciler;
    if (leaf === undefined || leaf.startsAt.getTime() > now || leaf.endsAt.getTime() <= now) return false;
    return trusted.some((ca) => ca.fingerprint === leaf.authority.fingerprint && ca.endsAt.getTime() > now);
  }

  /** The lines that say something was done, without their times and names. */
  said(message: string): readonly Line[] {
    return this.lines.filter((line) => line.message === message);
  }
}
