/**
 * What the webhook adds to a plain container, for the other servers of the benchmark to add as well.
 * The first answer of each server is counted, and a difference is printed: then this list is stale.
 */
export const variables: readonly { name: string; value: string }[] = [
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://telemetry-otlp.nodelocal-otlp.svc:4318' },
  { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
  { name: 'OTEL_BSP_MAX_QUEUE_SIZE', value: '8192' },
  { name: 'OTEL_BLRP_MAX_QUEUE_SIZE', value: '8192' },
  { name: 'OTEL_BSP_EXPORT_TIMEOUT', value: '65000' },
  { name: 'OTEL_BLRP_EXPORT_TIMEOUT', value: '65000' },
  { name: 'OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY', value: 'in_memory' },
  { name: 'OTEL_EXPERIMENTAL_EXPORTER_OTLP_RETRY_ENABLED', value: 'true' },
];

export const annotationKey = 'nodelocal-otlp.dev/injected';
