import type { Signal } from '../../src/otlp/decode.ts';

export interface Shape {
  /** Attributes of each item besides `seq`, of about 25 bytes each. */
  readonly attributes: number;
  /** Bytes of one attribute more, for items that fill a queue fast. */
  readonly padding?: number;
}

const mark = Buffer.alloc(10, '#');

/**
 * OTLP requests of one app with consecutively numbered items, that differ in nothing but the numbers, so that all have the
 * same size, also in a queue. The numbers are written into one buffer, as there is no time for more in a flood.
 */
export class NumberedRequest {
  readonly #body: Buffer;
  readonly #places: readonly number[];
  readonly #write: (number: number, place: number) => void;

  constructor(signal: Signal, service: string, items: number, shape: Shape) {
    this.#body = field(1, requests[signal](field(1, attribute(1, 'service.name', service)), items, shape));
    const search = signal === 'metrics' ? mark.subarray(0, 8) : mark;
    this.#places = placesOf(this.#body, search);
    this.#write =
      signal === 'metrics'
        ? (number, place) => this.#body.writeBigInt64LE(BigInt(number), place)
        : (number, place) => this.#body.write(String(number).padStart(mark.length, '0'), place, 'latin1');
  }

  get items(): number {
    return this.#places.length;
  }

  /** The request whose first item has this number. It is good until the next call. */
  from(first: number): Buffer {
    this.#places.forEach((place, i) => this.#write(first + i, place));
    return this.#body;
  }
}

const empty = (number: number): Buffer => field(number, '');
const scope = empty(1);

/**
 * What stands in a resource's message for each signal, with the resource. Of the empty fields those that the Collector
 * writes as well, so that a request takes exactly its size in a queue.
 */
const requests: Readonly<Record<Signal, (resource: Buffer, items: number, shape: Shape) => readonly Buffer[]>> = {
  // https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
  traces: (resource, items, shape) => {
    const ids = [field(1, Buffer.alloc(16, 1)), field(2, Buffer.alloc(8, 1))];
    const named = [...ids, empty(4), field(5, 'GET /orders'), fixed64(7), fixed64(8)];
    const span = field(2, [...named, ...attributes(9, shape), sequence(9), empty(15)]);
    return [resource, field(2, [scope, ...times(items, span)])];
  },
  // …/metrics/v1/metrics.proto
  metrics: (resource, items, shape) => {
    const point = [...attributes(7, shape), fixed64(3), fixed64(6, mark.subarray(0, 8))];
    const metric = field(2, [field(1, 'lab.sequence'), field(5, times(items, field(1, point)))]);
    return [resource, field(2, [scope, metric])];
  },
  // …/logs/v1/logs.proto
  logs: (resource, items, shape) => {
    const body = field(5, field(1, 'a line of a log that has eighty characters, as they often have, more or less ...'));
    const record = field(2, [fixed64(1), body, ...attributes(6, shape), sequence(6), empty(9), empty(10)]);
    return [resource, field(2, [scope, ...times(items, record)])];
  },
};

const times = (count: number, one: Buffer): Buffer[] => Array.from({ length: count }, () => one);

const sequence = (number: number): Buffer => attribute(number, 'seq', mark.toString());

function attributes(number: number, { attributes: count, padding = 0 }: Shape): Buffer[] {
  const usual = Array.from({ length: count }, (_, i) => attribute(number, `http.attribute.${i}`, `value-${1000 + i}`));
  return padding === 0 ? usual : [...usual, attribute(number, 'padding', 'x'.repeat(padding))];
}

const attribute = (number: number, key: string, value: string): Buffer =>
  field(number, [field(1, key), field(2, field(1, value))]);

type Value = string | Buffer | readonly Buffer[];

/** A field with a length: a text, bytes, or a message given as its fields. */
function field(number: number, value: Value): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

const aTime = Buffer.alloc(8);
aTime.writeBigUInt64LE(1_700_000_000_000_000_000n);

const fixed64 = (number: number, value: Buffer = aTime): Buffer => Buffer.concat([varint((number << 3) | 1), value]);

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

function placesOf(body: Buffer, search: Buffer): number[] {
  const places: number[] = [];
  for (let at = body.indexOf(search); at >= 0; at = body.indexOf(search, at + search.length)) places.push(at);
  return places;
}
