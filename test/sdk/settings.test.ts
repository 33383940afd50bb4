import { describe, expect, test } from 'vitest';
import { columnsWith, injected } from './settings.ts';

const go = { language: 'go', transport: 'http' } as const;
const endpoint = {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://10.77.0.9:4318',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
};

describe('injected', () => {
  test('takes the address of the lab for that of the Service, by the rules', () => {
    expect(injected(go, '10.77.0.9').endpoint).toEqual(endpoint);
    expect(injected({ ...go, transport: 'grpc' }, 'sink.lab.svc').endpoint).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://sink.lab.svc:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    });
  });

  test('has what the language gets, in its unit', () => {
    expect(injected({ language: 'python', transport: 'http' }, '10.77.0.9').retry).toMatchObject({
      OTEL_EXPORTER_OTLP_TIMEOUT: '40',
    });
  });

  test('adds no variable that its user has set', () => {
    const { retry } = injected({ ...go, user: { OTEL_BSP_MAX_QUEUE_SIZE: '600' } }, '10.77.0.9');
    expect(Object.keys(retry)).not.toContain('OTEL_BSP_MAX_QUEUE_SIZE');
  });

  test('has queues only where a program runs to completion', () => {
    const { retry } = injected({ ...go, runsToCompletion: true }, '10.77.0.9');
    expect(Object.keys(retry)).toEqual(['OTEL_BSP_MAX_QUEUE_SIZE', 'OTEL_BLRP_MAX_QUEUE_SIZE']);
  });
});

describe('columnsWith', () => {
  const variables = (tried: Record<string, string>) =>
    columnsWith(tried).map((column) => ({ name: column.name, ...column.variables(go, '10.77.0.9') }));

  test('compares endpoint and protocol alone with all that is injected', () => {
    const [defaults, ours] = variables({});
    expect(defaults).toEqual({ name: 'defaults', ...endpoint });
    expect(ours).toEqual({ name: 'injected', ...endpoint, ...injected(go, '10.77.0.9').retry });
  });

  test('tries values on top, and takes away what is empty', () => {
    const [, ours, tried] = variables({ OTEL_BSP_EXPORT_TIMEOUT: '', A: '1' });
    const { OTEL_BSP_EXPORT_TIMEOUT: _, ...rest } = ours as Record<string, string>;
    expect(tried).toEqual({ ...rest, name: 'tried', A: '1' });
  });
});
