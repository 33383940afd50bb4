import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { logs, metrics, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Item, itemsOf, itemsOfJson, type Signal } from '../../src/otlp/decode.ts';

afterEach(() => vi.unstubAllEnvs());

/** What the real SDK sends for one item of each kind: the body for each path. */
async function sentBySdk(env: Record<string, string>): Promise<Map<string, Buffer>> {
  const bodies = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void buffer(request)
      .then((body) => bodies.set(String(request.url), body))
      .finally(() => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('OTEL_SERVICE_NAME', 'orders');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'k8s.pod.name=orders-1');
  vi.stubEnv('OTEL_NODE_RESOURCE_DETECTORS', 'env');
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'otlp');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const sdk = new NodeSDK();
  sdk.start();
  trace
    .getTracer('test')
    .startSpan('GET /', { attributes: { seq: 7, url: '/' }, startTime: [1, 2] })
    .end([3, 4]);
  trace.getTracer('test').startSpan('unnumbered').end();
  const meter = metrics.getMeter('test');
  meter.createObservableGauge('lab.sequence').addCallback((result) => result.observe(0));
  meter.createCounter('lab.count').add(12);
  meter.createGauge('load').record(0.5);
  logs.getLogger('test').emit({ body: 'hello', attributes: { seq: 2 ** 40 }, timestamp: [5, 6] });
  await sdk.shutdown();
  for (const api of [trace, metrics, logs]) api.disable();
  server.close();
  return bodies;
}

const figuresOf = (items: readonly Item[]) =>
  items.map(({ seq, name, value, temporality }) => ({ seq, name, value, temporality }));

describe.each([
  { protocol: 'http/protobuf', read: itemsOf },
  { protocol: 'http/json', read: (signal: Signal, body: Buffer) => itemsOfJson(signal, JSON.parse(String(body))) },
])('what the SDK sends as $protocol', ({ protocol, read }) => {
  it('is read with its numbers, names and times', async () => {
    const bodies = await sentBySdk({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
    const items = (signal: Signal) => read(signal, bodies.get(`/v1/${signal}`) ?? Buffer.of());

    const [span, unnumbered] = items('traces');
    const head = { service: 'orders', attributes: expect.objectContaining({ 'k8s.pod.name': 'orders-1' }) };
    const times = { startTime: '1000000002', time: '3000000004' };
    expect(span).toEqual({ ...head, signal: 'traces', seq: 7, name: 'GET /', ...times });
    expect(unnumbered).toMatchObject({ seq: -1, name: 'unnumbered' });

    const [log] = items('logs');
    expect(log).toEqual({ ...head, signal: 'logs', seq: 2 ** 40, name: 'hello', time: '5000000006' });

    const points = items('metrics');
    expect(points[0]).toMatchObject({ ...head, signal: 'metrics', time: expect.stringMatching(/^\d{19}$/) });
    expect(figuresOf(points)).toEqual([
      { seq: 0, name: 'lab.sequence', value: 0 },
      { seq: -1, name: 'lab.count', value: 12, temporality: 'cumulative' },
      { seq: -1, name: 'load', value: 0.5 },
    ]);
  });

  it('shows the temporality of a sum', async () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
    const points = read('metrics', (await sentBySdk(env)).get('/v1/metrics') ?? Buffer.of());
    expect(points.find(({ name }) => name === 'lab.count')).toMatchObject({ temporality: 'delta' });
  });
});

describe('what no SDK sends', () => {
  it('is no item where the request is empty', () => expect(itemsOf('traces', Buffer.of())).toEqual([]));

  it('throws where the bytes are no message', () => {
    expect(() => itemsOf('traces', Buffer.from('not a message'))).toThrow(/wire type|index out of range/);
  });
});
