import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ApiClient } from '../../src/kube/client.ts';
import { loadCredentials } from '../../src/kube/credentials.ts';
import { FailureLog } from '../../src/kube/failure-log.ts';
import { createLog } from '../../src/log.ts';
import { authority, FakeApiServer } from './fake-api-server.ts';

/** In a hurry: what takes minutes in a cluster takes tens of milliseconds. */
export const hurried = { answerMs: 1000, quietMs: 300, steadyMs: 50, firstRetryMs: 5, mostRetryMs: 40 };

export type Setup = Awaited<ReturnType<typeof setUp>>;

/** A fake API server, a client with a ServiceAccount's files, and a log to read. Ends with `tearDown`. */
export async function setUp(token = 'first-token') {
  const fake = await FakeApiServer.start();
  const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-kube-'));
  await writeFile(path.join(folder, 'ca.crt'), authority.certificatePem);
  await writeFile(path.join(folder, 'token'), token);
  await writeFile(path.join(folder, 'namespace'), 'nodelocal-otlp');
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }, 'debug');
  const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(fake.port) };
  const credentials = loadCredentials({ env, serviceAccountFolder: folder });
  const client = new ApiClient(credentials, 'nodelocal-otlp/test');
  const failures = new FailureLog(log);
  const problems = () => lines.flatMap(({ problem, level }) => (level === 'warn' ? [String(problem)] : []));
  const tearDown = async () => {
    client.close();
    await fake.pause();
    await rm(folder, { recursive: true });
  };
  return { fake, folder, env, credentials, client, failures, lines, log, problems, tearDown };
}

/** Resolves when it is so; fails after `withinMs` in a sentence. */
export async function until(what: string, isSo: () => boolean, withinMs = 4000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not in ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
