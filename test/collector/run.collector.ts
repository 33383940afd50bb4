import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Agent, everyAgent } from '../manifests/agent.ts';
import { drainSeconds, exportersFor } from '../manifests/collector-config.ts';
import { readableExporters } from './backend.ts';
import { grpcStatus, sendGrpc, sendHttp, traceRequest } from './client.ts';
import type { RunningAgent } from './running-agent.ts';
import { collector, startAgent, startBackend, textsOf } from './suite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-queues-'));
afterAll(() => rm(folder, { recursive: true }));

const agents = collector === undefined ? [] : everyAgent();
const texts = (agent: Agent | undefined): string[] => (agent === undefined ? [] : textsOf(agent, folder));
const base = agents[0];
const persistent = agents.find(({ title }) => title === 'kustomize with persistent-queue');
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Sends one span of 10 kB after another until three are refused; how many were accepted. */
async function fillQueue({ ports }: RunningAgent): Promise<{ accepted: string[]; refusals: number[] }> {
  const accepted: string[] = [];
  const refusals: number[] = [];
  for (let i = 0; refusals.length < 3 && i < 20_000; i++) {
    const status = await sendHttp(ports.http, traceRequest([`span-${i}`], 10_000));
    if (status === 200) accepted.push(`span-${i}`);
    else refusals.push(status);
  }
  return { accepted, refusals };
}

describe.skipIf(collector === undefined)('an agent', () => {
  it('without a backend is ready, accepts, and refuses with a code for another try when its queue is full', async () => {
    const agent = await startAgent({ texts: texts(base) });
    expect(await sendHttp(agent.ports.http, traceRequest(['over HTTP']))).toBe(200);
    expect(await sendGrpc(agent.ports.grpc, traceRequest(['over gRPC']))).toBe(grpcStatus.ok);
    const { refusals } = await fillQueue(agent);
    expect(refusals).toEqual([503, 503, 503]);
    expect(await sendGrpc(agent.ports.grpc, traceRequest(['refused'], 10_000))).toBe(grpcStatus.unavailable);
    // The queue refused, not the memory limiter; other signals have room; and the agent is as ready as before.
    expect(await agent.metric('otelcol_processor_memory_limiter_refused_spans')).toBe(0);
    const headers = { 'content-type': 'application/json' };
    const log = { method: 'POST', headers, body: '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}' };
    expect((await fetch(`http://127.0.0.1:${agent.ports.http}/v1/logs`, log)).status).toBe(200);
    expect(await agent.isReady()).toBe(true);
  });

  it('delivers what it accepted, with the headers of the Secret', async () => {
    const backend = await startBackend();
    const env = {
      NODELOCAL_OTLP_BACKEND_ENDPOINT: backend.url,
      NODELOCAL_OTLP_BACKEND_HEADERS: 'authorization: Bearer abc==',
    };
    const agent = await startAgent({ texts: [...texts(base), readableExporters], env });
    const names = Array.from({ length: 200 }, (_, i) => `span-${i}`);
    for (const name of names) {
      const send = Number(name.slice(5)) % 2 === 0 ? sendHttp : sendGrpc;
      expect([200, grpcStatus.ok]).toContain(
        await send(send === sendHttp ? agent.ports.http : agent.ports.grpc, traceRequest([name])),
      );
    }
    await agent.terminate();
    expect(backend.spans.toSorted()).toEqual(names.toSorted());
    expect(backend.authorization).toBe('Bearer abc==');
  });

  it('with a full queue and a backend that hangs ends within the computed time', async () => {
    const backend = await startBackend('hang');
    const env = { NODELOCAL_OTLP_BACKEND_ENDPOINT: backend.url };
    const agent = await startAgent({ texts: texts(base), env });
    const { accepted } = await fillQueue(agent);
    const [traces] = base === undefined ? [] : exportersFor(base.config, 'http');
    const bound = traces === undefined ? 0 : drainSeconds(traces);
    const took = await agent.terminate();
    say(`SIGTERM with ${accepted.length} spans queued: ${took.toFixed(1)} s of the ${bound} s computed for one signal`);
    expect(took).toBeLessThan(bound);
  }, 120_000);

  it('with a queue in files loses nothing that it accepted when it is killed', async () => {
    const backend = await startBackend('refuse');
    const env = { NODELOCAL_OTLP_BACKEND_ENDPOINT: backend.url };
    const options = { texts: [...texts(persistent), readableExporters], env };
    const killed = await startAgent(options);
    const { accepted } = await fillQueue(killed);
    await killed.dispose();
    backend.mode = 'accept';
    const next = await startAgent(options);
    await expect.poll(() => new Set(backend.spans).size, { timeout: 20_000 }).toBe(accepted.length);
    await next.terminate();
    say(
      `kill -9 with ${accepted.length} spans in files: all delivered, ${backend.spans.length - accepted.length} twice`,
    );
    expect([...new Set(backend.spans)].sort()).toEqual(accepted.sort());
  }, 60_000);
});
