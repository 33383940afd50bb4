import { requestTypes, type Signal } from './schema.ts';

export type { Signal };

/** One span, metric point (of a gauge or a sum) or log record. */
export interface Item {
  /** `service.name` of its resource; empty when there is none. */
  readonly service: string;
  readonly signal: Signal;
  /** The attribute `seq` of a span or log record, or the value of the gauge `lab.sequence`; -1 for all else. */
  readonly seq: number;
  /** Of its resource; values as text. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the span or metric; the body of a log record. */
  readonly name: string;
  /** Of a metric point. */
  readonly value?: number;
  /** Of a sum. */
  readonly temporality?: 'delta' | 'cumulative';
  /** Start and end in Unix nanoseconds, as decimal text: they are too large for a number. */
  readonly startTime?: string;
  readonly time?: string;
}

/**
 * What an OTLP request in protobuf holds, in its order.
 *
 * @param bytes an ExportTraceServiceRequest, ExportMetricsServiceRequest or ExportLogsServiceRequest, not compressed
 * @throws Error when the bytes are no such message
 */
export function itemsOf(signal: Signal, bytes: Uint8Array): Item[] {
  const type = requestTypes[signal];
  // With these options a message reads like OTLP's JSON: 64-bit integers as text, enumerations as numbers.
  return itemsOfJson(signal, type.toObject(type.decode(bytes), { longs: String, enums: Number }));
}

/** What an OTLP request in JSON holds, in its order. */
export function itemsOfJson(signal: Signal, request: object): Item[] {
  return readers[signal](request);
}

const readers: Readonly<Record<Signal, (request: Request) => Item[]>> = {
  traces: ({ resourceSpans = [] }) =>
    resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
      const head = headOf('traces', resource);
      return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => itemOfSpan(span, head)));
    }),
  metrics: ({ resourceMetrics = [] }) =>
    resourceMetrics.flatMap(({ resource, scopeMetrics = [] }) => {
      const head = headOf('metrics', resource);
      return scopeMetrics.flatMap(({ metrics = [] }) => metrics.flatMap((metric) => itemsOfMetric(metric, head)));
    }),
  logs: ({ resourceLogs = [] }) =>
    resourceLogs.flatMap(({ resource, scopeLogs = [] }) => {
      const head = headOf('logs', resource);
      return scopeLogs.flatMap(({ logRecords = [] }) => logRecords.map((record) => itemOfLog(record, head)));
    }),
};

type Head = Pick<Item, 'service' | 'signal' | 'attributes'>;

function headOf(signal: Signal, resource: Resource | undefined): Head {
  const attributes = Object.fromEntries(
    (resource?.attributes ?? []).map(({ key = '', value }) => [key, String(plain(value))]),
  );
  return { service: attributes['service.name'] ?? '', signal, attributes };
}

function itemOfSpan(span: Span, head: Head): Item {
  const { name = '', attributes, startTimeUnixNano, endTimeUnixNano } = span;
  return { ...head, seq: sequenceOf(attributes), name, ...times(startTimeUnixNano, endTimeUnixNano) };
}

function itemOfLog({ body, attributes, timeUnixNano }: LogRecord, head: Head): Item {
  return { ...head, seq: sequenceOf(attributes), name: String(plain(body)), ...times(undefined, timeUnixNano) };
}

const temporalities = { 1: 'delta', 2: 'cumulative' } as const;

function itemsOfMetric({ name = '', gauge, sum }: Metric, head: Head): Item[] {
  const temporality = temporalities[sum?.aggregationTemporality as 1 | 2];
  return (
    (gauge ?? sum)?.dataPoints?.map(({ asInt, asDouble, startTimeUnixNano, timeUnixNano }) => {
      const value = Number(asInt ?? asDouble);
      return {
        ...head,
        seq: name === 'lab.sequence' ? value : -1,
        name,
        value,
        ...(temporality !== undefined && { temporality }),
        ...times(startTimeUnixNano, timeUnixNano),
      };
    }) ?? []
  );
}

function sequenceOf(attributes: readonly Attribute[] = []): number {
  const value = attributes.find(({ key }) => key === 'seq')?.value;
  return value === undefined ? -1 : Number(plain(value));
}

const plain = ({ stringValue, intValue, doubleValue, boolValue }: AnyValue = {}): string | number | boolean =>
  stringValue ?? intValue ?? doubleValue ?? boolValue ?? '';

const times = (start: Nanoseconds | undefined, end: Nanoseconds | undefined): Pick<Item, 'startTime' | 'time'> => ({
  ...(start !== undefined && { startTime: String(start) }),
  ...(end !== undefined && { time: String(end) }),
});

type Nanoseconds = string | number;

/** The three messages, whose fields differ in name, as one. */
interface Request {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource;
    readonly scopeSpans?: readonly { readonly spans?: readonly Span[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly resource?: Resource;
    readonly scopeMetrics?: readonly { readonly metrics?: readonly Metric[] }[];
  }[];
  readonly resourceLogs?: readonly {
    readonly resource?: Resource;
    readonly scopeLogs?: readonly { readonly logRecords?: readonly LogRecord[] }[];
  }[];
}

interface Resource {
  readonly attributes?: readonly Attribute[];
}

interface Span {
  readonly name?: string;
  readonly startTimeUnixNano?: Nanoseconds;
  readonly endTimeUnixNano?: Nanoseconds;
  readonly attributes?: readonly Attribute[];
}

interface Metric {
  readonly name?: string;
  readonly gauge?: { readonly dataPoints?: readonly DataPoint[] };
  readonly sum?: { readonly dataPoints?: readonly DataPoint[]; readonly aggregationTemporality?: number };
}

interface DataPoint {
  readonly startTimeUnixNano?: Nanoseconds;
  readonly timeUnixNano?: Nanoseconds;
  readonly asInt?: string | number;
  readonly asDouble?: number;
}

interface LogRecord {
  readonly timeUnixNano?: Nanoseconds;
  readonly body?: AnyValue;
  readonly attributes?: readonly Attribute[];
}

interface Attribute {
  readonly key?: string;
  readonly value?: AnyValue;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
