import { X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority, makeServing } from '../certs/pairs.ts';
import { kubectl } from '../manifests/kustomize.ts';
import { setCaBundle } from './authority-objects.ts';
import { binariesOrSkip } from './binaries.ts';
import { burst } from './burst.ts';
import { writeVolume } from './config-volume.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { watchFailingOpen } from './failing-open.ts';
import { account, enabled, install, type Installation, namespace } from './installation.ts';
import { describeLoad, startLoad } from './load.ts';
import { servedAt } from './served.ts';
import { say, untilSo } from './suite.ts';

const now = new Date();
const names = [`${account}.${namespace}.svc`];
const [first, second] = [makeAuthority({ now, commonName: 'first' }), makeAuthority({ now, commonName: 'second' })];

describe.skipIf(binariesOrSkip() === undefined || kubectl === undefined)(
  'certificates from files, in two replicas',
  () => {
    let plane: ControlPlane;
    let installation: Installation;
    let volume: string;

    beforeAll(async () => {
      plane = await startControlPlane();
      await plane.createNamespace('shop', enabled);
      volume = path.join(plane.folder, 'tls');
      await mkdir(volume);
      await put(makeServing(first, { now, names }));
      const flags = [`--tls-cert-file=${volume}/tls.crt`, `--tls-key-file=${volume}/tls.key`];
      installation = await install(plane, { flags });
      await setCaBundle(plane, first.certificatePem);
      await installation.waitReady();
    });
    afterAll(async () => {
      await installation?.stopAll();
      await plane?.stop();
    });

    type Pair = ReturnType<typeof makeServing>;

    function put({ certificatePem, privateKeyPem }: Pair): Promise<void> {
      return writeVolume(volume, { 'tls.crt': certificatePem, 'tls.key': privateKeyPem });
    }

    async function putAndWait(pair: Pair): Promise<void> {
      await put(pair);
      const { fingerprint256 } = new X509Certificate(pair.certificatePem);
      await untilSo('both replicas serve it', async () => {
        const served = await Promise.all(installation.replicas.map(({ port }) => servedAt('127.0.0.1', port)));
        return served.every(({ fingerprint }) => fingerprint === fingerprint256);
      });
      expect((await burst(plane, 'shop')).missed).toBe(0);
    }

    it('are swapped under load, and so is their CA: no pod is missed', async () => {
      const failingOpen = await watchFailingOpen(plane);
      const load = startLoad(plane, { namespace: 'shop' });
      await putAndWait(makeServing(first, { now, names }));
      const fromSecond = makeServing(second, { now, names });
      await put({ ...fromSecond, privateKeyPem: second.privateKeyPem });
      await untilSo('both refuse a key that is not its own', () =>
        installation.replicas.every((replica) => replica.complaints().some((line) => line.includes('not its own'))),
      );
      await setCaBundle(plane, first.certificatePem + second.certificatePem);
      // As the API server takes it in; an admin would wait for longer.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await putAndWait(fromSecond);
      await setCaBundle(plane, second.certificatePem);
      await putAndWait(makeServing(second, { now, names }));
      const counts = await load.stop();
      say(`files swapped three times, the CA once: ${describeLoad(counts)}`);
      expect([counts.missed, counts.errors]).toEqual([[], []]);
      expect([await failingOpen.count(), await failingOpen.lines()]).toEqual([0, []]);
    });
  },
);
