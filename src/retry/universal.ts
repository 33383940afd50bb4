import type { Unit } from './quantity.ts';

/** A variable that every known SDK either obeys or ignores, and so is added whatever the language. */
export type UniversalVariable = {
  name: string;
  why: string;
  /** What it could break, checked for all SDKs of the table. */
  harm: string;
} & (
  | { kind: 'queue'; batchSize: string }
  | { kind: 'export-timeout'; unit: Unit; signalTimeouts: readonly string[] }
  | { kind: 'switch'; value: string }
);

/** In the order in which they are added. */
export const universalVariables: readonly UniversalVariable[] = [
  {
    name: 'OTEL_BSP_MAX_QUEUE_SIZE',
    kind: 'queue',
    batchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    why: 'Spans wait here while the exporter retries.',
    harm: 'A full queue takes memory (1 to 2 KB a span). Below the batch size Python and .NET fail to start, so it never is.',
  },
  {
    name: 'OTEL_BLRP_MAX_QUEUE_SIZE',
    kind: 'queue',
    batchSize: 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
    why: 'Log records wait here while the exporter retries.',
    harm: 'As for spans.',
  },
  {
    name: 'OTEL_BSP_EXPORT_TIMEOUT',
    kind: 'export-timeout',
    unit: 'ms',
    signalTimeouts: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'],
    why: 'Lets a batch of spans be retried long enough; Go and Ruby stop at this time.',
    harm: 'None found: milliseconds in every SDK that reads it. A flush at exit may take longer while the agent is away.',
  },
  {
    name: 'OTEL_BLRP_EXPORT_TIMEOUT',
    kind: 'export-timeout',
    unit: 'ms',
    signalTimeouts: ['OTEL_EXPORTER_OTLP_LOGS_TIMEOUT'],
    why: 'The same for log records.',
    harm: 'As for spans.',
  },
  {
    name: 'OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY',
    kind: 'switch',
    value: 'in_memory',
    why: 'Turns retry on in .NET, where it is off.',
    harm: 'Read by .NET only (from 1.8.0 on); any value it does not know stops the app, so no other is ever written.',
  },
  {
    name: 'OTEL_EXPERIMENTAL_EXPORTER_OTLP_RETRY_ENABLED',
    kind: 'switch',
    value: 'true',
    why: 'Turns retry on in Java before 1.41, where it is off.',
    harm: 'Read by Java 1.9 to 1.48 only.',
  },
];
