import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { developmentCertificate, developmentNames } from '../../src/certs/development.ts';
import { servingProblem } from '../../src/certs/inspect.ts';
import { dayMs, now } from './pairs.ts';

describe('the development certificate', () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-certs-')), 'certs');
  });

  it('is made with its CA where there is none, and is good for all names', async () => {
    const made = await developmentCertificate(folder, now);
    expect(made.made).toEqual(['a development CA', 'a certificate']);
    expect(servingProblem(made, developmentNames, now)).toBeUndefined();
    expect(await readFile(made.authorityFile, 'utf8')).toBe(made.authorityPem);
  });

  it('keeps keys to the owner', async () => {
    await developmentCertificate(folder, now);
    for (const name of ['ca.key', 'tls.key']) expect((await stat(file(name))).mode & 0o777).toBe(0o600);
  });

  it('is used again while it is valid', async () => {
    const first = await developmentCertificate(folder, now);
    const second = await developmentCertificate(folder, new Date(now.getTime() + 88 * dayMs));
    expect(second).toEqual({ ...first, made: [] });
  });

  it('is renewed a day before it ends, under the same CA', async () => {
    const first = await developmentCertificate(folder, now);
    const later = new Date(now.getTime() + 89.5 * dayMs);
    const second = await developmentCertificate(folder, later);
    expect(second.authorityPem).toBe(first.authorityPem);
    expect(second.made).toEqual([expect.stringMatching(/^a new certificate, since of the old one it ends at/)]);
    expect(servingProblem(second, developmentNames, later, 80 * dayMs)).toBeUndefined();
  });

  it('is made anew with a new CA', async () => {
    const first = await developmentCertificate(folder, now);
    await writeFile(file('ca.crt'), 'garbage');
    const second = await developmentCertificate(folder, now);
    expect(second.authorityPem).not.toBe(first.authorityPem);
    expect(second.made).toHaveLength(2);
    expect(servingProblem(second, developmentNames, now)).toBeUndefined();
  });

  it('is made anew where a file is missing', async () => {
    await developmentCertificate(folder, now);
    await writeFile(file('tls.key'), '');
    const { made } = await developmentCertificate(folder, now);
    expect(made).toEqual([expect.stringContaining('a new certificate')]);
  });

  it('says which folder it cannot write to', async () => {
    await writeFile(folder, 'a file in the place of the folder');
    await expect(developmentCertificate(folder, now)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringContaining(folder),
    });
  });
});
