import { exec } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent } from 'node:https';
import supertest from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { podReview } from '../admission/context.ts';
import { recordedIo } from './io.ts';

const onFreePorts = ['serve', '--standalone', '--port', '0', '--metrics-port', '0'];

describe('serve --standalone', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-serve-'));
  });

  async function start(argv: string[] = onFreePorts, env: Record<string, string> = {}) {
    const stopping = new AbortController();
    const { io, written } = recordedIo({ cwd, env, signal: stopping.signal });
    const running = runProgram(argv, io);
    while (!written.stderr.includes('try it') && !written.stderr.includes('error')) await sleep(5);
    const webhook = /webhook (https:\S+:\d+)/.exec(written.stderr)?.[1] ?? '';
    const health = /health +(http:\S+:\d+)/.exec(written.stderr)?.[1] ?? '';
    const stop = () => {
      stopping.abort();
      return running;
    };
    return { written, webhook, health, stop, running };
  }

  it('answers reviews over TLS with its development CA, and ends with 0', async () => {
    const { webhook, health, stop, written } = await start();
    const ca = await readFile(path.join(cwd, 'certs/ca.crt'), 'utf8');
    const { body } = await supertest(webhook)
      .post('/mutate-pods')
      .ca(ca)
      .set('content-type', 'application/json')
      .send(podReview());
    expect(body.response).toMatchObject({ uid: 'u-1', allowed: true, patchType: 'JSONPatch' });
    expect((await supertest(health).get('/readyz')).status).toBe(200);
    expect(await stop()).toBe(0);
    expect(written.stdout).toBe('');
    expect(written.stderr).toContain('"msg":"reviewed"');
  });

  it('prints a line for curl that works as it is', async () => {
    const { written, stop } = await start();
    const line = written.stderr.split('\n').find((text) => text.includes('curl')) ?? '';
    const { stdout } = await promisify(exec)(`${line} --silent --show-error`, { cwd });
    expect(JSON.parse(stdout).response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
    await stop();
  });

  it('uses its CA again', async () => {
    await (await start()).stop();
    const { written, stop } = await start();
    expect(written.stderr).not.toContain('made');
    await stop();
  });

  it('obeys the settings of the file, the environment and the flags', async () => {
    await writeFile(path.join(cwd, 'config.yaml'), 'protocol: grpc\nendpoint:\n  namespace: telemetry\n');
    const argv = [...onFreePorts, '--config', 'config.yaml', '--endpoint-service', 'otlp'];
    const { webhook, stop } = await start(argv, { NODELOCAL_OTLP_ENDPOINT_GRPC_PORT: '14317' });
    const { body } = await supertest(webhook).post('/mutate-pods').disableTLSCerts().send(podReview());
    expect(Buffer.from(body.response.patch, 'base64').toString()).toContain('http://otlp.telemetry.svc:14317');
    await stop();
  });

  it('drains only when asked to', async () => {
    const { webhook, health, stop } = await start([...onFreePorts, '--server-drain', '300ms']);
    const ca = await readFile(path.join(cwd, 'certs/ca.crt'), 'utf8');
    const agent = new Agent({ ca, keepAlive: true });
    await supertest(webhook).get('/').agent(agent);
    const ended = stop();
    await sleep(20);
    expect((await supertest(health).get('/readyz')).status).toBe(503);
    expect((await supertest(webhook).get('/').ca(ca)).headers['connection']).toBe('close');
    expect(await ended).toBe(0);
    agent.destroy();
  });

  it.each([
    { name: 'a setting', argv: ['--retry-survive', 'soon'], says: /retry.survive \(--retry-survive\): got "soon"/ },
    { name: 'the file', argv: ['--config', 'missing.yaml'], says: /cannot read the settings in missing.yaml/ },
    {
      name: 'certificates',
      argv: ['--tls-cert-file', 'a', '--tls-key-file', 'b'],
      says: /do not go with --standalone/,
    },
  ])('exits 2 and says what is wrong with $name', async ({ argv, says }) => {
    const { running, written } = await start([...onFreePorts, ...argv]);
    expect(await running).toBe(2);
    expect(written.stderr).toMatch(says);
  });

  it('exits 2 when a port is taken, and leaves no listener behind', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { running, written } = await start(['serve', '--standalone', '--metrics-port', '0', '--port', `${port}`]);
    expect(await running).toBe(2);
    expect(written.stderr).toMatch(/cannot open port \d+ for the webhook/);
    taken.close();
  });
});
