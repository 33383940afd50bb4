import type { Item, Signal } from '../../src/otlp/decode.ts';
import type { Mode } from './sink-mode.ts';

/** The numbered items of one app and signal that were accepted, in the order of arrival, with repetitions. */
export interface Received {
  readonly service: string;
  readonly signal: Signal;
  readonly seqs: Float64Array;
  /** When each was accepted, in Unix milliseconds. */
  readonly times: Float64Array;
}

/** What came while the sink was in one mode. */
export interface Count {
  readonly mode: Mode['kind'];
  readonly transport: Transport;
  readonly signal: Signal;
  /** Whole requests; what was reset is not counted. */
  requests: number;
  /** Of all kinds, numbered or not. */
  items: number;
}

export type Transport = 'http' | 'grpc';

/** A resource that accepted items had. */
export interface SeenResource {
  readonly service: string;
  readonly signal: Signal;
  readonly attributes: Readonly<Record<string, string>>;
  items: number;
}

/** Metrics of other names are not kept: agents and runtimes have many. */
const keptMetrics = /^lab\.(?!sequence$)/;

/** What a sink remembers. */
export class Records {
  readonly #received = new Map<string, { service: string; signal: Signal; seqs: number[]; times: number[] }>();
  readonly #counts = new Map<string, Count>();
  readonly #resources = new Map<string, SeenResource>();
  readonly #points: Item[] = [];

  count(mode: Mode['kind'], transport: Transport, signal: Signal, items: number): void {
    const entry = entryOf(this.#counts, `${mode} ${transport} ${signal}`, () => {
      return { mode, transport, signal, requests: 0, items: 0 };
    });
    entry.requests++;
    entry.items += items;
  }

  accept(items: readonly Item[], now: number): void {
    for (const item of items) {
      const { service, signal, seq, attributes, name } = item;
      const key = JSON.stringify([service, signal, attributes]);
      entryOf(this.#resources, key, () => ({ service, signal, attributes, items: 0 })).items++;
      if (signal === 'metrics' && keptMetrics.test(name)) this.#points.push(item);
      if (seq < 0) continue;
      const key2 = JSON.stringify([service, signal]);
      const { seqs, times } = entryOf(this.#received, key2, () => ({ service, signal, seqs: [], times: [] }));
      seqs.push(seq);
      times.push(now);
    }
  }

  get received(): Received[] {
    return [...this.#received.values()].map(({ service, signal, seqs, times }) => {
      return { service, signal, seqs: Float64Array.from(seqs), times: Float64Array.from(times) };
    });
  }

  get counts(): Count[] {
    return [...this.#counts.values()];
  }

  get resources(): SeenResource[] {
    return [...this.#resources.values()];
  }

  /** The points of metrics named lab.* that carry no number of their own, in the order of arrival. */
  get points(): Item[] {
    return this.#points;
  }
}

function entryOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
