import { mkdtemp, rename, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CertificateFiles } from '../../src/certs/files.ts';
import { dayMs, makeAuthority, makeServing, now } from './pairs.ts';
import { memoryLog } from './replicas.ts';

const authority = makeAuthority();
const names = ['localhost'];
const [first, second] = [makeServing(authority), makeServing(authority, { validForMs: 2 * dayMs })];
const using = 'serving the certificate from files';
const refusing = 'cannot use the certificate files';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

/** A folder as the kubelet makes one of a Secret: files link to ..data/, which links to a folder for each version. */
async function secretVolume() {
  const folder = await mkdtemp(path.join(tmpdir(), 'volume-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const files = { certFile: path.join(folder, 'tls.crt'), keyFile: path.join(folder, 'tls.key') };
  await symlink('..data/tls.crt', files.certFile);
  await symlink('..data/tls.key', files.keyFile);
  let version = 0;
  const put = async (certificatePem: string, privateKeyPem: string) => {
    const target = `..version-${version++}`;
    await mkdir(path.join(folder, target));
    await writeFile(path.join(folder, target, 'tls.crt'), certificatePem);
    await writeFile(path.join(folder, target, 'tls.key'), privateKeyPem);
    await symlink(target, path.join(folder, '..next'));
    await rename(path.join(folder, '..next'), path.join(folder, '..data'));
  };
  return { files, put };
}

async function follow(files: { certFile: string; keyFile: string }) {
  const { log, lines } = memoryLog();
  const served: string[] = [];
  const onChange = ({ certificatePem }: { certificatePem: string }) => void served.push(certificatePem);
  const source = new CertificateFiles({ ...files, names, onChange, log, now: () => now, pollMs: 5 });
  cleanups.push(() => source.stop());
  await source.start();
  return { source, served, lines, said: (message: string) => lines.filter((line) => line.message === message) };
}

const soon = { timeout: 5000, interval: 5 };

describe('certificates from files', () => {
  it('are served at once, and again when the volume changes', async () => {
    const { files, put } = await secretVolume();
    await put(first.certificatePem, first.privateKeyPem);
    const { source, served, said } = await follow(files);
    expect(served).toEqual([first.certificatePem]);
    await put(second.certificatePem, second.privateKeyPem);
    await vi.waitFor(() => expect(served).toEqual([first.certificatePem, second.certificatePem]), soon);
    expect(source.endsAt).toEqual(new Date(now.getTime() + 2 * dayMs));
    expect(said(using).map((line) => line['endsAt'])).toEqual(['2026-11-23T12:00:00.000Z', '2026-11-24T12:00:00.000Z']);
  });

  it.each([
    { name: 'a key of another', pem: second.certificatePem, key: authority.privateKeyPem, because: /the key is not/ },
    { name: 'an empty certificate', pem: '', key: second.privateKeyPem, because: /^it cannot be read/ },
    { name: 'an empty key', pem: second.certificatePem, key: '', because: /^it cannot be read/ },
    {
      name: 'one for other names',
      pem: makeServing(authority, { names: ['elsewhere'] }).certificatePem,
      key: first.privateKeyPem,
      because: /^it does not name localhost/,
    },
    {
      name: 'one that has ended',
      pem: makeServing(authority, { now: new Date(now.getTime() - 2 * dayMs) }).certificatePem,
      key: first.privateKeyPem,
      because: /^it ends at 2026-11-21/,
    },
  ])('never give way to $name, and say so once', async ({ pem, key, because }) => {
    const { files, put } = await secretVolume();
    await put(first.certificatePem, first.privateKeyPem);
    const { served, said } = await follow(files);
    await put(pem, key);
    await vi.waitFor(() => expect(said(refusing)).toHaveLength(1), soon);
    expect(said(refusing)[0]?.['because']).toMatch(because);
    await put(second.certificatePem, second.privateKeyPem);
    await vi.waitFor(() => expect(served).toEqual([first.certificatePem, second.certificatePem]), soon);
    expect(said(refusing)).toHaveLength(1);
  });

  it('may come later than the start', async () => {
    const { files, put } = await secretVolume();
    const { source, served, said } = await follow(files);
    expect([source.endsAt, served]).toEqual([undefined, []]);
    expect(said(refusing)[0]?.['because']).toMatch(/ENOENT.*tls\.(crt|key)/);
    await put(first.certificatePem, first.privateKeyPem);
    await vi.waitFor(() => expect(served).toEqual([first.certificatePem]), soon);
  });
});
