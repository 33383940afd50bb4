import { ApiClient } from '../../src/kube/client.ts';
import type { Credentials } from '../../src/kube/credentials.ts';
import { FailureLog } from '../../src/kube/failure-log.ts';
import { createLog } from '../../src/log.ts';
import { authority, FakeApiServer } from './fake-api-server.ts';

/** In a hurry: what takes minutes in a cluster takes tens of milliseconds. */
export const hurried = { answerMs: 1000, quietMs: 300, steadyMs: 50, doubtMs: 20, firstRetryMs: 5, mostRetryMs: 40 };

export type Setup = Awaited<ReturnType<typeof setUp>>;

/**
 * A fake API server, a client that is let in, and a log to read. The client library is left out, since loading it is
 * slow: credentials have tests of their own. Ends with `tearDown`.
 */
export async function setUp() {
  const fake = await FakeApiServer.start();
  fake.token = 'a-token';
  const credentials: Credentials = {
    server: `https://127.0.0.1:${fake.port}`,
    namespace: 'nodelocal-otlp',
    requestOptions: async () => ({ ca: authority.certificatePem, headers: { Authorization: 'Bearer a-token' } }),
    refresh: () => undefined,
  };
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }, 'debug');
  const client = new ApiClient(credentials, 'nodelocal-otlp/test');
  const failures = new FailureLog(log);
  const problems = () => lines.flatMap(({ problem, level }) => (level === 'warn' ? [String(problem)] : []));
  const tearDown = async () => {
    client.close();
    await fake.pause();
  };
  return { fake, credentials, client, failures, lines, log, problems, tearDown };
}

/** Resolves when it is so; fails after `withinMs` in a sentence. */
export async function until(what: string, isSo: () => boolean, withinMs = 4000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`not in ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
