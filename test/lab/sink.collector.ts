import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { NumberedRequest } from '../collector/numbered-request.ts';
import { account } from './ledger.ts';
import { type Mode, Sink } from './sink.ts';
import { hasLab, startNetwork } from './suite.ts';
import { keep } from '../keep.ts';

/** Longer than any answer takes here, so that no answer means that there is none. */
const patienceMs = 5000;
/** Requests with that many spans. */
const spans = (count: number): Buffer =>
  Buffer.from(new NumberedRequest('traces', 'app', count, { attributes: 0 }).from(0));
const exportPath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

const { root } = protobuf.parse(`
syntax = "proto3";
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Any { string type_url = 1; bytes value = 2; }
message RetryInfo { Duration retry_delay = 1; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
`);

interface Details {
  readonly code: number;
  readonly details: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

describe.skipIf(!hasLab)('the sink', () => {
  let sink: Sink;
  beforeAll(async () => {
    const network = await startNetwork();
    sink = keep(await Sink.start(await network.addPod('sink')));
  });

  /** The status with its Retry-After, or the code of the error. */
  async function overHttp(body: Buffer = spans(1), headers: Record<string, string> = {}): Promise<string> {
    const all = { 'content-type': 'application/x-protobuf', ...headers };
    const init = { method: 'POST', headers: all, body: Uint8Array.from(body), signal: AbortSignal.timeout(patienceMs) };
    try {
      const response = await fetch(`${sink.url()}/v1/traces`, init);
      await response.text();
      return [response.status, response.headers.get('retry-after')].filter((part) => part !== null).join(' ');
    } catch (error) {
      const { name, cause } = error as Error & { cause?: { code?: string } };
      return cause?.code ?? name;
    }
  }

  /** By the usual library: the code with the seconds of a RetryInfo. */
  async function overGrpc(body: Buffer = spans(1)): Promise<string> {
    const client = new Client(sink.url('grpc').slice('http://'.length), credentials.createInsecure());
    const same = (bytes: Buffer) => bytes;
    const deadline = Date.now() + patienceMs;
    const { error, answer } = await new Promise<{ error: ServiceError | null; answer: Buffer | undefined }>(
      (resolve) => {
        client.makeUnaryRequest(exportPath, same, same, body, { deadline }, (error, answer) =>
          resolve({ error, answer }),
        );
      },
    );
    client.close();
    return error === null ? `0 ${answer?.length}` : words(error);
  }

  function words({ code, metadata }: ServiceError): string {
    const [bytes] = metadata.get('grpc-status-details-bin');
    if (bytes === undefined) return String(code);
    const status = root.lookupType('Status').decode(bytes as Buffer) as unknown as Details;
    const [info] = status.details;
    expect([status.code, info?.typeUrl]).toEqual([code, 'type.googleapis.com/google.rpc.RetryInfo']);
    const type = root.lookupType('RetryInfo');
    const { retryDelay } = type.toObject(type.decode(info?.value ?? new Uint8Array()), {
      longs: Number,
      defaults: true,
    });
    const { seconds, nanos } = retryDelay as { seconds: number; nanos: number };
    return `${code}, again in ${seconds + nanos / 1e9} s`;
  }

  it.each<[string, Mode, string, string]>([
    ['accepts', { kind: 'accept' }, '200', '0 0'],
    ['refuses', { kind: 'refuse', status: 503 }, '503', '14'],
    ['refuses', { kind: 'refuse', status: 429, retryAfterSeconds: 3 }, '429 3', '14'],
    ['refuses', { kind: 'refuse', status: 400 }, '400', '13'],
    ['is unavailable', { kind: 'grpc-status', code: 14 }, '503', '14'],
    ['is unavailable', { kind: 'grpc-status', code: 14, retryInfoSeconds: 2 }, '503 2', '14, again in 2 s'],
    ['is exhausted', { kind: 'grpc-status', code: 8 }, '429', '8'],
    ['is exhausted', { kind: 'grpc-status', code: 8, retryInfoSeconds: 0.5 }, '429 1', '8, again in 0.5 s'],
    ['hangs', { kind: 'hang' }, 'TimeoutError', '4'],
    ['is slow', { kind: 'slow', ms: 100 }, '200', '0 0'],
    ['resets', { kind: 'reset' }, 'ECONNRESET', '14'],
  ])('%s as told: %o', async (_, mode, http, grpc) => {
    await sink.setMode(mode);
    expect([await overHttp(), await overGrpc()]).toEqual([http, grpc]);
  });

  it('counts requests and items by mode, transport and signal', async () => {
    const countOf = async (kind: Mode['kind']) =>
      (await sink.counts()).find(({ mode, transport }) => mode === kind && transport === 'http') ?? {
        items: 0,
        requests: 0,
      };
    await sink.setMode({ kind: 'refuse', status: 503 });
    const before = await countOf('refuse');
    await overHttp(spans(3));
    const after = await countOf('refuse');
    expect([after.requests - before.requests, after.items - before.items]).toEqual([1, 3]);
  });

  it('remembers the numbers that it accepted, those of other modes not', async () => {
    const request = new NumberedRequest('traces', 'numbered', 10, { attributes: 0 });
    await sink.setMode({ kind: 'accept' });
    await overHttp(Buffer.from(request.from(0)));
    await overGrpc(Buffer.from(request.from(0)));
    await overHttp(gzipSync(request.from(20)), { 'content-encoding': 'gzip' });
    await sink.setMode({ kind: 'hang' });
    await overHttp(Buffer.from(request.from(10)));
    const [traces] = account([{ service: 'numbered', signal: 'traces', count: 30 }], await sink.ledger());
    const tens = (first: number) => Array.from({ length: 10 }, (_, i) => first + i);
    expect(traces).toMatchObject({ produced: 30, delivered: 20, lost: tens(10), duplicates: tens(0), unknown: [] });
  });

  it('takes JSON, and keeps resources and the points of counters', async () => {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'json' } }] };
    const sum = { aggregationTemporality: 1, dataPoints: [{ asInt: '7', timeUnixNano: '2' }] };
    const metrics = [
      { name: 'lab.count', sum },
      { name: 'jvm.threads', sum },
    ];
    await sink.setMode({ kind: 'accept' });
    const response = await fetch(`${sink.url()}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }),
    });
    expect([response.status, await response.json()]).toEqual([200, {}]);
    const attributes = { 'service.name': 'json' };
    expect(await sink.resources()).toContainEqual({ service: 'json', signal: 'metrics', attributes, items: 2 });
    expect(await sink.points()).toMatchObject([{ service: 'json', name: 'lab.count', value: 7, temporality: 'delta' }]);
  });

  it('disappears and returns', async () => {
    await sink.setMode({ kind: 'hang' });
    const pending = [overHttp(), overGrpc()];
    await sleep(2000);
    await sink.disappear();
    expect(await Promise.all(pending)).toEqual(['ECONNRESET', '14']);
    expect([await overHttp(), await overGrpc()]).toEqual(['ECONNREFUSED', '14']);
    await sink.return();
    await sink.setMode({ kind: 'accept' });
    expect([await overHttp(), await overGrpc()]).toEqual(['200', '0 0']);
  });
});
