import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createDrain, createWebhookServer, listen, stopServer } from '../../src/server/server.ts';
import { podReview } from '../admission/context.ts';
import { dayMs, makeAuthority, makeServing } from '../certs/pairs.ts';
import { listenerForTest } from './listening.ts';

const now = new Date();
const authority = makeAuthority({ now });
const names = ['localhost', '127.0.0.1', 'nodelocal-otlp-webhook.nodelocal-otlp.svc'];
const serving = makeServing(authority, { now, names, validForMs: dayMs });
const ca = authority.certificatePem;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(listener: RequestListener = listenerForTest().listener) {
  const drain = createDrain(listener);
  const server = createWebhookServer(drain.listener, serving);
  const port = await listen(server, 0, 'the test');
  const stop = (drainMs = 0) => (server.listening ? stopServer(server, drain, drainMs) : Promise.resolve());
  stops.push(() => stop());
  return { server, drain, port, stop };
}

interface Answer {
  readonly status: number | undefined;
  readonly connection: string | undefined;
  readonly body: string;
  readonly peer: PeerCertificate;
  readonly protocol: string | null;
}

/** As the API server calls: by the name of the Service, trusting our CA only. */
async function call(port: number, agent?: Agent): Promise<Answer> {
  const body = JSON.stringify(podReview());
  const sent = request({
    host: '127.0.0.1',
    servername: 'nodelocal-otlp-webhook.nodelocal-otlp.svc',
    headers: { 'content-type': 'application/json' },
    method: 'POST',
    path: '/mutate-pods?timeout=2s',
    port,
    ca,
    ...(agent && { agent }),
  }).end(body);
  const [response] = await once(sent, 'response');
  const socket = response.socket as TLSSocket;
  const answer = {
    status: response.statusCode,
    connection: response.headers.connection,
    peer: socket.getPeerCertificate(),
    protocol: socket.getProtocol(),
  };
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { ...answer, body: text };
}

describe('the https server', () => {
  it('is trusted by whoever has its CA, for the name of the Service, over TLS 1.3', async () => {
    const { port } = await start();
    const { status, body, peer, protocol } = await call(port);
    expect(status).toBe(200);
    expect(JSON.parse(body).response.allowed).toBe(true);
    expect(protocol).toBe('TLSv1.3');
    // The API server looks at nothing but the SAN; Node's client would take the common name, too.
    expect(peer.subjectaltname).toContain('DNS:nodelocal-otlp-webhook.nodelocal-otlp.svc');
  });

  it.each([
    { name: 'TLS 1.2', maxVersion: 'TLSv1.2', want: 'TLSv1.2' },
    { name: 'TLS 1.1', maxVersion: 'TLSv1.1', want: undefined },
  ] as const)('answers over $name: $want', async ({ maxVersion, want }) => {
    const { port } = await start();
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, minVersion: 'TLSv1', maxVersion });
    const got = await once(socket, 'secureConnect').then(
      () => socket.getProtocol(),
      () => undefined,
    );
    socket.destroy();
    expect(got).toBe(want);
  });

  it('speaks HTTP/1.1, also to a caller that would take HTTP/2', async () => {
    const { port } = await start();
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['h2', 'http/1.1'] });
    await once(socket, 'secureConnect');
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  it('keeps idle connections longer than the API server does', async () => {
    const { server } = await start();
    expect(server).toMatchObject({ keepAliveTimeout: 120_000, headersTimeout: 125_000, requestTimeout: 130_000 });
  });

  it('says which port it cannot have', async () => {
    const { port } = await start();
    const second = createWebhookServer(() => {}, serving);
    await expect(listen(second, port, 'the webhook')).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringContaining(`port ${port} for the webhook`),
    });
  });
});

describe('the drain', () => {
  it('answers on old and new connections, and asks both to close', async () => {
    const { port, drain } = await start();
    const agent = new Agent({ keepAlive: true });
    expect(await call(port, agent)).toMatchObject({ status: 200, connection: 'keep-alive' });
    drain.start();
    expect(await call(port, agent)).toMatchObject({ status: 200, connection: 'close' });
    expect(await call(port)).toMatchObject({ status: 200, connection: 'close' });
    agent.destroy();
  });

  it('lasts as long as it was told to, then nobody listens', async () => {
    const { port, stop } = await start();
    const stopping = stop(80);
    expect(await call(port)).toMatchObject({ status: 200, connection: 'close' });
    await stopping;
    await expect(call(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('waits for a request that is under way', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { port, stop } = await start((_request, response) => {
      entered.resolve();
      void release.promise.then(() => response.end('late, but here'));
    });
    const calling = call(port);
    await entered.promise;
    const stopping = stop();
    setTimeout(release.resolve, 50);
    expect(await calling).toMatchObject({ status: 200, body: 'late, but here' });
    await stopping;
  });

  it('does not wait for ever', async () => {
    const { port, stop } = await start(() => {});
    const calling = call(port).catch((error: NodeJS.ErrnoException) => error.code);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stop();
    expect(await calling).toBe('ECONNRESET');
  });

  it('does not care about idle connections', async () => {
    const { server, port, stop } = await start();
    const agent = new Agent({ keepAlive: true });
    await call(port, agent);
    const started = performance.now();
    await stop();
    expect(performance.now() - started).toBeLessThan(1500);
    expect((server.address() as AddressInfo | null)?.port).toBeUndefined();
    agent.destroy();
  });
});
