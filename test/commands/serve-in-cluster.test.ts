import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { serveInCluster } from '../../src/commands/serve-in-cluster.ts';
import { loadSettings } from '../../src/config/load.ts';
import { recordedIo } from './io.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'serve-in-cluster-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of a cluster where nobody answers. */
const kubeconfig = path.join(folder, 'kubeconfig');
writeFileSync(
  kubeconfig,
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'away',
    clusters: [{ name: 'away', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'away', user: { token: 'x' } }],
    contexts: [{ name: 'away', context: { cluster: 'away', user: 'away' } }],
  }),
);

function serve(port: number, file: string, signal = new AbortController().signal) {
  const loaded = loadSettings({ flags: { port, metricsPort: 0 } });
  const { io, written } = recordedIo({ signal });
  return { done: serveInCluster({ loaded, reload: async () => loaded, io, kubeconfig: file }), written };
}

describe('serve in a cluster', () => {
  it('ends when its port is taken, instead of watching with nobody listening', async () => {
    const taken = createServer().listen(0);
    await once(taken, 'listening');
    const { done } = serve((taken.address() as AddressInfo).port, kubeconfig);
    await expect(done).rejects.toMatchObject({ code: 'listen-failed' });
    taken.close();
  });

  it('ends when it finds no way to a cluster', async () => {
    await expect(serve(0, path.join(folder, 'nothing')).done).rejects.toMatchObject({ code: 'no-cluster' });
  });

  it('obeys a signal that came while it started, with an API server that is away', async () => {
    const stopping = new AbortController();
    stopping.abort();
    const loaded = loadSettings({ flags: { port: 0, metricsPort: 0, serverDrain: '0s' } });
    const { io, written } = recordedIo({ signal: stopping.signal });
    await serveInCluster({ loaded, reload: async () => loaded, io, kubeconfig });
    expect(written.stderr).toContain('"msg":"stopping; still answering while callers go elsewhere"');
  });
});
