import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newCa } from '../../src/certs/authority.ts';
import { CertificateReconciler } from '../../src/certs/reconcile.ts';
import { createWebhookServer, listen, setCertificate } from '../../src/server/server.ts';
import { bundleText, FakeCluster } from './cluster.ts';
import { fast, lifetimes, memoryLog, pooledKeys, Replica, webhookName } from './replicas.ts';
import { Simulation } from './simulation.ts';

const minute = 60_000;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('after a rotation', () => {
  it('openssl accepts the old leaf and the new one by the same bundle, and neither by another', async () => {
    const simulation = new Simulation(new Date(), 3);
    const cluster = new FakeCluster(simulation);
    const replica = new Replica(cluster);
    const leaves = new Map<string, string>();
    await simulation.advance(55 * minute, () => {
      const { leaf } = replica.reconciler;
      if (leaf) leaves.set(leaf.authority.fingerprint, leaf.certificatePem);
    });
    expect(leaves.size).toBe(2);
    const folder = await mkdtemp(path.join(tmpdir(), 'chain-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = async (name: string, pem: string): Promise<string> => {
      await writeFile(path.join(folder, name), pem);
      return path.join(folder, name);
    };
    const now = new Date(simulation.now);
    const bundle = await file('bundle.pem', bundleText(cluster.hook.current?.value));
    const stranger = await file('stranger.pem', newCa(await pooledKeys(), now, lifetimes).certificatePem);
    const bothAreValid = Math.floor((simulation.now - 6 * minute) / 1000);
    for (const pem of leaves.values()) {
      const leaf = await file('leaf.pem', pem);
      const verify = (ca: string): Promise<string> => {
        const flags = ['-x509_strict', '-purpose', 'sslserver', '-verify_hostname', webhookName];
        return openssl('verify', '-CAfile', ca, ...flags, '-attime', `${bothAreValid}`, leaf);
      };
      await expect(verify(bundle)).resolves.toContain('OK');
      await expect(verify(stranger)).rejects.toThrow('unable to get local issuer certificate');
    }
  });
});

describe('a server under rotation every few seconds', () => {
  it('never fails a handshake of callers that go by the hook', { timeout: 45_000 }, async () => {
    // The real clock, since handshakes go by it.
    const clock = new Simulation(new Date(), 5);
    const cluster = new FakeCluster(clock);
    const ticking = setInterval(() => void clock.advance(Math.max(0, Date.now() - clock.now)), 10);
    const server = createWebhookServer((_, response) => void response.end(), undefined);
    const port = await listen(server, 0, 'the test');
    const { log } = memoryLog();
    const reconciler = new CertificateReconciler({
      ...cluster.stores(fast),
      names: [webhookName],
      lifetimes: { caMs: 9000, leafMs: 2000, propagationMs: 1000 },
      onChange: (pair) => setCertificate(server, pair),
      log,
      newKeys: pooledKeys,
      jitterMs: 100,
    });
    cleanups.push(
      () => clearInterval(ticking),
      () => reconciler.stop(),
      () => server.close(),
    );
    await expect(handshake(port, '')).rejects.toThrow(/handshake failure/);
    reconciler.start();
    await vi.waitFor(() => expect(reconciler.published).toBe(true), { timeout: 5000 });
    const issuers = new Set<string>();
    const shakeHandsUntil = async (isDone: () => boolean): Promise<void> => {
      for (const end = Date.now() + 20_000; !isDone() && Date.now() < end; await sleep(5)) {
        issuers.add(await handshake(port, bundleText(cluster.hook.current?.value)));
      }
    };
    await shakeHandsUntil(() => reconciler.authority?.previous.length === 1);
    await shakeHandsUntil(() => reconciler.authority?.previous.length === 0);
    expect(issuers.size).toBe(2);
  });
});

/** As the API server connects, a new connection each time. @returns the issuer's name */
async function handshake(port: number, ca: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: webhookName, ca });
  try {
    await once(socket, 'secureConnect');
    return String(socket.getPeerCertificate().issuer.CN);
  } finally {
    socket.destroy();
  }
}

async function openssl(...args: string[]): Promise<string> {
  return (await promisify(execFile)('openssl', args)).stdout;
}
