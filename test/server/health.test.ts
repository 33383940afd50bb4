import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { createHealthApp } from '../../src/server/health.ts';

describe('health', () => {
  it('is alive and ready when nothing is waited for', async () => {
    const app = createHealthApp({ waitingFor: () => [] });
    for (const path of ['/livez', '/readyz']) {
      const { status, text } = await supertest(app).get(path);
      expect([status, text]).toEqual([200, 'ok\n']);
    }
  });

  it('is alive but not ready while something is missing, and says what', async () => {
    const app = createHealthApp({ waitingFor: () => ['certificate', 'namespaces'] });
    expect((await supertest(app).get('/livez')).status).toBe(200);
    const { status, text } = await supertest(app).get('/readyz');
    expect([status, text]).toEqual([503, 'not ready, waiting for: certificate, namespaces\n']);
  });

  it('asks anew each time', async () => {
    let waiting = ['x'];
    const app = createHealthApp({ waitingFor: () => waiting });
    expect((await supertest(app).get('/readyz')).status).toBe(503);
    waiting = [];
    expect((await supertest(app).get('/readyz')).status).toBe(200);
  });

  it('has nothing else', async () => {
    const { status, body } = await supertest(createHealthApp({ waitingFor: () => [] })).get('/mutate-pods');
    expect(status).toBe(404);
    expect(body.error).toContain('/readyz');
  });
});
