import { Readable } from 'node:stream';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { oddBodies } from '../admission/malformed.ts';
import { listenerForTest } from './listening.ts';

const post = (listener: Parameters<typeof supertest>[0], body: string | Buffer, type = 'application/json') =>
  supertest(listener)
    .post('/mutate-pods?timeout=2s')
    .set('content-type', type)
    .serialize((data) => data as string)
    .send(body as string);

describe('a body that is no review, or a review of no pod', () => {
  it('is tried in many ways', () => expect(oddBodies.length).toBeGreaterThan(100));

  it.each(oddBodies)('$name', async ({ body, status }) => {
    const { listener, outcomes, lines, budget } = listenerForTest();
    const answer = await post(listener, body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers).not.toHaveProperty('retry-after');
    if (status === 200) expect(answer.body.response).toMatchObject({ allowed: true, uid: expect.any(String) });
    else expect(answer.body).toEqual({ error: 'malformed AdmissionReview', message: expect.any(String) });
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).not.toHaveProperty('error');
    expect(lines()).toHaveLength(1);
    expect(budget.used).toBe(0);
  });
});

describe('a body of another kind', () => {
  it.each([
    { name: 'no content type', headers: { 'content-type': '' } },
    { name: 'plain text', headers: { 'content-type': 'text/plain' } },
    { name: 'a form', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { name: 'YAML', headers: { 'content-type': 'application/yaml' } },
    { name: 'protobuf', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } },
    { name: 'a type that only begins alike', headers: { 'content-type': 'application/json-patch+json' } },
    { name: 'another charset', headers: { 'content-type': 'application/json; charset=utf-16' } },
    { name: 'gzip', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    { name: 'brotli', headers: { 'content-type': 'application/json', 'content-encoding': 'br' } },
  ])('is refused: $name', async ({ headers }) => {
    const { listener, outcomes } = listenerForTest();
    const answer = await supertest(listener).post('/mutate-pods').set(headers).serialize(String).send('{}');
    expect(answer.status).toBe(415);
    expect(answer.headers['connection']).toBe('close');
    expect(outcomes).toEqual([{ result: 'refused', status: 415, problem: expect.any(String) }]);
  });

  it.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json ; a=b'])(
    'is read as JSON: %s',
    async (type) => {
      const { listener } = listenerForTest();
      expect((await post(listener, '{}', type)).status).toBe(400);
    },
  );

  it('may be sent in chunks of one byte', async () => {
    const { serverForTest, open, answerOf } = await import('./listening.ts');
    const { port, stop } = await serverForTest();
    const socket = open(port);
    socket.write(
      'POST /mutate-pods HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
    );
    for await (const byte of Readable.from('{"kind":1}')) socket.write(`1\r\n${byte}\r\n`);
    socket.write('0\r\n\r\n');
    expect(await answerOf(socket)).toContain('400 Bad Request');
    await stop();
  });
});
