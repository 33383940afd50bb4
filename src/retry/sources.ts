import type { Language } from './language.ts';

/** Where a language's constants were read: the public repository, the version read, and the files that hold them. */
export interface Source {
  repository: string;
  version: string;
  files: readonly string[];
}

export const sources: Readonly<Record<Language, Source>> = {
  java: {
    repository: 'open-telemetry/opentelemetry-java',
    version: '1.65.0',
    files: ['RetryPolicy.java', 'RetryInterceptor.java', 'OkHttpGrpcSender.java', 'OtlpConfigUtil.java'],
  },
  python: {
    repository: 'open-telemetry/opentelemetry-python',
    version: '1.44.0',
    files: [
      'exporter/opentelemetry-exporter-otlp-proto-grpc/src/opentelemetry/exporter/otlp/proto/grpc/exporter.py',
      'exporter/opentelemetry-exporter-otlp-proto-http/src/opentelemetry/exporter/otlp/proto/http/trace_exporter/__init__.py',
    ],
  },
  nodejs: {
    repository: 'open-telemetry/opentelemetry-js',
    version: 'experimental 0.221.0',
    files: [
      'otlp-exporter-base/src/retrying-transport.ts',
      'otlp-exporter-base/src/transport/http-transport-utils.ts',
      'otlp-grpc-exporter-base/src/grpc-exporter-transport.ts',
    ],
  },
  go: {
    repository: 'open-telemetry/opentelemetry-go',
    version: '1.45.0',
    files: [
      'exporters/otlp/otlptrace/otlptracegrpc/internal/retry/retry.go',
      'exporters/otlp/otlptrace/otlptracegrpc/client.go',
      'exporters/otlp/otlptrace/otlptracehttp/client.go',
    ],
  },
  dotnet: {
    repository: 'open-telemetry/opentelemetry-dotnet',
    version: 'core-1.18.0',
    files: ['OtlpRetry.cs', 'ExperimentalOptions.cs', 'OtlpGrpcExportClient.cs'],
  },
  cpp: {
    repository: 'open-telemetry/opentelemetry-cpp',
    version: '1.28.0',
    files: [
      'exporters/otlp/src/otlp_environment.cc',
      'exporters/otlp/src/otlp_grpc_client.cc',
      'ext/src/http/client/curl/http_operation_curl.cc',
    ],
  },
  ruby: {
    repository: 'open-telemetry/opentelemetry-ruby',
    version: 'exporter-otlp 0.34.1',
    files: ['exporter/otlp/lib/opentelemetry/exporter/otlp/exporter.rb', 'batch_span_processor.rb'],
  },
  php: {
    repository: 'open-telemetry/opentelemetry-php',
    version: 'main of August 2026',
    files: ['src/SDK/Common/Export/Http/PsrTransport.php'],
  },
  rust: {
    repository: 'open-telemetry/opentelemetry-rust',
    version: 'opentelemetry-otlp 0.32.0',
    files: ['opentelemetry-otlp/src/retry.rs'],
  },
  erlang: {
    repository: 'open-telemetry/opentelemetry-erlang',
    version: 'opentelemetry_exporter 1.10.0',
    files: ['otel_configuration.erl'],
  },
};
