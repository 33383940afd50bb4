import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Backend } from '../../src/demo/backend.ts';
import { requestTypes } from '../../src/otlp/schema.ts';

let backend: Backend;
afterEach(() => backend.close());

/** A trace request of one app with a span for each number. */
function request(service: string, numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const spans = numbers.map((seq) => ({ name: 'GET /', attributes: [{ key: 'seq', value: { intValue: seq } }] }));
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  const type = requestTypes.traces;
  const bytes = type.encode(type.fromObject({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })).finish();
  return new Uint8Array(bytes);
}

const post = (body: Uint8Array<ArrayBuffer>, path = '/v1/traces', headers: Record<string, string> = {}) =>
  fetch(backend.url + path, { method: 'POST', body, headers }).then(({ status }) => status);

describe('the backend of the demo', () => {
  it('counts how often each number of each app arrived', async () => {
    backend = await Backend.open();
    expect(await post(request('injected', [0, 1, 2]))).toBe(200);
    expect(
      await post(new Uint8Array(gzipSync(request('injected', [2, 5]))), '/v1/traces', { 'content-encoding': 'gzip' }),
    ).toBe(200);
    await post(request('defaults', [7]));
    expect([...backend.received('injected')]).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
      [5, 1],
    ]);
    expect([...backend.received('defaults')]).toEqual([[7, 1]]);
    expect(backend.received('another').size).toBe(0);
  });

  it('knows the newest number', async () => {
    backend = await Backend.open();
    expect(backend.newest('injected')).toBe(-1);
    await post(request('injected', [4, 9]));
    await post(request('injected', [3]));
    expect(backend.newest('injected')).toBe(9);
  });

  it('takes other signals without counting them, and refuses what is no request', async () => {
    backend = await Backend.open();
    expect(await post(request('injected', [1]), '/v1/logs')).toBe(200);
    expect(await post(new TextEncoder().encode('nonsense'))).toBe(400);
    expect(backend.received('injected').size).toBe(0);
  });
});
