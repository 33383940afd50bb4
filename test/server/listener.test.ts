import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { context, podReview, rules, smallPod } from '../admission/context.ts';
import { readReview } from '../reviews.ts';
import { ByteBudget } from '../../src/server/body.ts';
import { answerOf, listenerForTest, open, serverForTest } from './listening.ts';

const send = (listener: Parameters<typeof supertest>[0], body: unknown, path = '/mutate-pods?timeout=2s') =>
  supertest(listener)
    .post(path)
    .set('content-type', 'application/json')
    .send(body as object);

describe('reviews over HTTP', () => {
  it('answers with a patch, whatever the query says', async () => {
    const { listener, outcomes } = listenerForTest();
    for (const query of ['', '?', '?timeout=10s', '?timeout=%zz&x']) {
      const { status, body, headers } = await send(listener, podReview(), `/mutate-pods${query}`);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('application/json');
      expect(body.response).toMatchObject({ uid: 'u-1', allowed: true, patchType: 'JSONPatch' });
    }
    expect(outcomes.map(({ result }) => result)).toEqual(Array.from({ length: 4 }, () => 'patched'));
  });

  it('takes a review of several megabytes', async () => {
    const { listener, budget } = listenerForTest();
    const { status, body } = await send(listener, readReview('special-large').toString());
    expect(status).toBe(200);
    expect(body.response.patch).toBeDefined();
    expect(budget.used).toBe(0);
  });

  it('answers 500 and stays alive when even the outcome cannot be told', async () => {
    const { listener, lines } = listenerForTest({ context: { ...context(), now: () => NaN.toFixed(-1) as never } });
    expect((await send(listener, podReview())).status).toBe(500);
    expect(lines()).toEqual([expect.objectContaining({ level: 'error', msg: 'could not answer a request' })]);
  });

  it('keeps the answer when a hook for outcomes fails', async () => {
    const { listener, lines } = listenerForTest({
      onOutcome: () => {
        throw new Error('no metrics');
      },
    });
    expect((await send(listener, podReview())).status).toBe(200);
    expect(lines().at(-1)).toMatchObject({ level: 'error', err: { message: 'no metrics' } });
  });
});

describe('everything else', () => {
  it.each(['get', 'put', 'patch', 'delete', 'options'] as const)(
    'answers %s with the method to use',
    async (method) => {
      const { status, headers, body } = await supertest(listenerForTest().listener)[method]('/mutate-pods');
      expect(status).toBe(405);
      expect(headers['allow']).toBe('POST');
      expect(body.error).toContain('POST');
    },
  );

  it.each(['/', '/mutate-pods/', '/Mutate-Pods', '/mutate-pods/x', '//mutate-pods', '/mutate-podsx', '/livez'])(
    'finds nothing at %s',
    async (path) => {
      const { status, body, headers } = await send(listenerForTest().listener, podReview(), path);
      expect(status).toBe(404);
      expect(body.error).toContain('/mutate-pods');
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('answers a path that cannot be decoded', async () => {
    const { status, body } = await supertest(listenerForTest().listener).get('/%ff%');
    expect([400, 404]).toContain(status);
    expect(body.error).toBeDefined();
  });
});

describe('the log', () => {
  it('has one info line for a decision, without environment values', async () => {
    const { listener, lines, text } = listenerForTest();
    const pod = smallPod({ env: [{ name: 'TOKEN', value: 's3cret' }] });
    pod.spec.containers.push({
      name: 'own',
      image: 'i',
      env: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 's3cret' }],
    } as never);
    await send(listener, podReview(pod, { dryRun: true }));
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        uid: 'u-1',
        namespace: 'shop',
        generateName: 'orders-',
        operation: 'CREATE',
        dryRun: true,
        decision: 'patched',
        containers: [
          { name: 'app', outcome: 'injected' },
          { name: 'own', outcome: 'skipped', reason: 'user-endpoint' },
        ],
        durationMs: expect.any(Number),
        msg: 'reviewed',
      },
    ]);
    expect(text()).not.toContain('s3cret');
  });

  it('has the overrides that could not be obeyed: nobody sees the warnings of a pod that a controller creates', async () => {
    const { listener, lines } = listenerForTest();
    const pod = { ...smallPod(), metadata: { annotations: { 'nodelocal-otlp.dev/protocol': 'x'.repeat(9000) } } };
    await send(listener, podReview(pod));
    expect(lines()).toMatchObject([
      { msg: 'reviewed', warnings: [expect.stringMatching(/^pod annotation nodelocal-otlp\.dev\/protocol.{0,200}$/)] },
    ]);
  });

  it('has the error of a failure with the uid, and nothing of the pod in it', async () => {
    const failing = rules({
      decidePod: (pod) => {
        throw new Error(`first line\n${JSON.stringify(pod)}`, { cause: new Error(`c\n${JSON.stringify(pod)}`) });
      },
    });
    const { listener, lines, text } = listenerForTest({ context: context({ rules: failing }) });
    await send(listener, podReview(smallPod({ env: [{ name: 'TOKEN', value: 's3cret' }] })));
    expect(lines()).toMatchObject([
      {
        level: 'error',
        uid: 'u-1',
        err: { type: 'Error', message: 'first line', stack: expect.stringContaining('at ') },
      },
      { level: 'info', uid: 'u-1', decision: 'skipped', reason: 'internal-error' },
    ]);
    expect(text()).not.toContain('s3cret');
  });

  it('cuts names that nobody would give', async () => {
    const { listener, text } = listenerForTest();
    await send(listener, podReview(smallPod(), { uid: 'u'.repeat(100_000), name: 'n'.repeat(100_000) }));
    expect(text().length).toBeLessThan(2000);
  });
});

describe('limits', () => {
  let stop: () => Promise<void> = async () => {};
  afterEach(() => stop());
  const start = async (changes: Parameters<typeof serverForTest>[0] = {}) => {
    const server = await serverForTest(changes);
    stop = server.stop;
    return server;
  };
  const head = (...more: string[]) =>
    ['POST /mutate-pods HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...more, '', ''].join('\r\n');
  const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

  it('refuses a body by its declared length, before it is sent', async () => {
    const { port, outcomes } = await start({ maxReviewBytes: 1000 });
    const socket = open(port);
    socket.write(head('Content-Length: 1001'));
    const answer = await answerOf(socket);
    expect(answer).toMatch(/^HTTP\/1.1 413 .*\r\n/);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).not.toMatch(/retry-after/i);
    expect(outcomes).toMatchObject([{ result: 'refused', status: 413 }]);
  });

  it('refuses a body without a declared length as soon as it is too long', async () => {
    const { port, budget } = await start({ maxReviewBytes: 1000 });
    const socket = open(port);
    socket.write(head('Transfer-Encoding: chunked'));
    for (let i = 0; i < 50; i++) socket.write(chunk(100));
    expect(await answerOf(socket)).toContain(' 413 ');
    expect(budget.used).toBe(0);
  });

  it('gets the refusal across to a caller that is still sending', async () => {
    const { port } = await start({ maxReviewBytes: 1000 });
    const socket = open(port);
    socket.write(head('Content-Length: 5000000'));
    socket.end('x'.repeat(5_000_000));
    expect(await answerOf(socket)).toContain(' 413 ');
  });

  it('takes a body of exactly the limit', async () => {
    const body = JSON.stringify(podReview());
    const { port } = await start({ maxReviewBytes: body.length });
    const socket = open(port);
    socket.write(head(`Content-Length: ${body.length}`, 'Connection: close') + body);
    expect(await answerOf(socket)).toContain(' 200 ');
  });

  it('refuses when all requests together hold too much, and recovers', async () => {
    const budget = new ByteBudget(1500);
    const { port } = await start({ maxReviewBytes: 1000, budget });
    const first = open(port);
    first.write(head('Content-Length: 1000') + 'x'.repeat(900));
    while (budget.used < 900) await sleep(1);
    const [declared, chunked] = [open(port), open(port)];
    declared.write(head('Content-Length: 700'));
    chunked.write(head('Transfer-Encoding: chunked') + chunk(700));
    for (const socket of [declared, chunked]) {
      const answer = await answerOf(socket);
      expect(answer).toContain(' 503 ');
      expect(answer).toMatch(/connection: close/i);
      expect(answer).not.toMatch(/retry-after/i);
    }
    first.write('x'.repeat(100));
    await once(first, 'data');
    first.destroy();
    expect(budget.used).toBe(0);
  });

  it('gives up on a body that does not come', async () => {
    const { port, budget } = await start({ longestMs: 60 });
    const socket = open(port);
    socket.write(`${head('Content-Length: 1000')}{`);
    expect(await answerOf(socket)).toContain(' 408 ');
    expect(budget.used).toBe(0);
  });

  it('lets go of a caller that goes away', async () => {
    const { port, budget, outcomes, lines } = await start();
    for (const part of ['', '{', 'x'.repeat(100_000)]) {
      const socket = open(port);
      socket.write(head('Content-Length: 1000000') + part, () => setTimeout(() => socket.destroy(), 20));
      await once(socket, 'close');
    }
    while (outcomes.length < 3) await sleep(1);
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ result: 'aborted' })));
    expect(lines().every(({ level }) => level === 'debug')).toBe(true);
    expect(budget.used).toBe(0);
  });

  it('survives a caller that goes away while ConfigMaps are read', async () => {
    const reading = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<null>();
    const readConfigMap = () => (reading.resolve(), answer.promise);
    const pod = smallPod({ envFrom: [{ configMapRef: { name: 'telemetry' } }] });
    const { port, outcomes } = await start({ context: context({ readConfigMap }) });
    const body = JSON.stringify(podReview(pod));
    const socket = open(port);
    socket.write(head(`Content-Length: ${body.length}`) + body);
    await reading.promise;
    socket.destroy();
    await once(socket, 'close');
    answer.resolve(null);
    while (outcomes.length === 0) await sleep(1);
    expect(outcomes).toMatchObject([{ result: 'patched' }]);
  });

  it('stays alive after headers that are no HTTP', async () => {
    const { port } = await start();
    for (const text of ['\0\0\0\0', 'GET\r\n\r\n', 'POST /mutate-pods HTTP/1.1\r\nContent-Length: x\r\n\r\n']) {
      const socket = open(port);
      socket.write(text);
      expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 400/);
    }
  });
});
