import { describe, expect, it } from 'vitest';
import { overGrpc, overHttp } from './exports.ts';
import { NumberedRequest } from './numbered-request.ts';
import { baseAgent, collector, startAgent, startBackend } from './suite.ts';

const texts = baseAgent.configTexts;
const small = new NumberedRequest('traces', 'app', 1, { attributes: 0 });

/** Without a network lab: what anybody can run. */
describe.skipIf(collector === undefined)('an agent', () => {
  it('without a backend is ready, accepts, and refuses with a code for another try when its queue is full', async () => {
    const agent = await startAgent({ texts });
    const http = overHttp(`http://127.0.0.1:${agent.ports.http}`);
    const grpc = overGrpc(`http://127.0.0.1:${agent.ports.grpc}`);
    expect([await http('traces', small.from(0)), await grpc('traces', small.from(1))]).toEqual(['200', 'grpc 0']);
    const large = new NumberedRequest('traces', 'app', 20, { attributes: 0, padding: 10_000 });
    let status = '200';
    for (let i = 0; status === '200' && i < 1000; i++) status = await http('traces', large.from(i));
    expect([status, await grpc('traces', large.from(0))]).toEqual(['503', 'grpc 14']);
    // The queue refused, not the memory limiter; other signals have room; and the agent is as ready as before.
    expect(await agent.metric('otelcol_processor_memory_limiter_refused_spans')).toBe(0);
    const log = new NumberedRequest('logs', 'app', 1, { attributes: 0 });
    expect(await http('logs', log.from(0))).toBe('200');
    expect(await agent.isReady()).toBe(true);
  });

  it('whose memory limiter has to refuse says so in the metric that the tests look at', async () => {
    const agent = await startAgent({ texts, refusesFromMib: 1 });
    const http = overHttp(`http://127.0.0.1:${agent.ports.http}`);
    // It looks once a second.
    await expect.poll(() => http('traces', small.from(0)), { timeout: 10_000 }).toBe('503');
    expect(await agent.metric('otelcol_processor_memory_limiter_refused_spans')).toBeGreaterThan(0);
  });

  it('delivers what it accepted, with the headers of the Secret', async () => {
    const backend = await startBackend();
    const env = {
      NODELOCAL_OTLP_BACKEND_ENDPOINT: backend.url,
      NODELOCAL_OTLP_BACKEND_HEADERS: 'authorization: Bearer abc==',
    };
    const agent = await startAgent({ texts, env });
    const http = overHttp(`http://127.0.0.1:${agent.ports.http}`);
    const grpc = overGrpc(`http://127.0.0.1:${agent.ports.grpc}`);
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    for (const number of numbers) {
      expect(['200', 'grpc 0']).toContain(await (number % 2 === 0 ? http : grpc)('traces', small.from(number)));
    }
    await agent.terminate();
    expect(backend.seqs.toSorted((a, b) => a - b)).toEqual(numbers);
    expect(backend.authorization).toBe('Bearer abc==');
  });
});
