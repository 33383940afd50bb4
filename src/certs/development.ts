import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NodelocalError } from '../errors.ts';
import { authorityProblem, type ServingFiles, servingProblem } from './inspect.ts';
import type { Authority } from './issue.ts';
import { newKeyPair, newSerial } from './keys.ts';

const dayMs = 24 * 60 * 60_000;
const authorityValidForMs = 365 * dayMs;
const servingValidForMs = 90 * dayMs;
const renewBeforeEndMs = dayMs;

/** The names a webhook without a cluster answers to, and the one it has in a cluster of the default names. */
export const developmentNames = ['localhost', '127.0.0.1', '::1', 'nodelocal-otlp-webhook.nodelocal-otlp.svc'] as const;

export interface DevelopmentCertificate extends ServingFiles {
  /** For callers to trust: curl --cacert. */
  readonly authorityFile: string;
  /** Why files were made anew, in words; empty when all were reused. */
  readonly made: readonly string[];
}

/**
 * The serving certificate for a start without a cluster, with a development CA of its own in `folder` (ca.crt,
 * ca.key, tls.crt, tls.key; keys readable by the owner only). What is there is reused while it is valid for a day
 * more; a new CA always means a new serving certificate. What issues certificates is loaded only when it is needed: it
 * would make every start 30 ms slower.
 *
 * @throws NodelocalError file-unreadable, file-unwritable
 */
export async function developmentCertificate(folder: string, now: Date): Promise<DevelopmentCertificate> {
  const made: string[] = [];
  const authority = await readOrMakeAuthority(folder, now, made);
  const serving = await readOrMakeServing(folder, authority, now, made);
  return { ...serving, authorityPem: authority.certificatePem, authorityFile: path.join(folder, 'ca.crt'), made };
}

async function readOrMakeAuthority(folder: string, now: Date, made: string[]): Promise<Authority> {
  const found = await readPair(folder, 'ca');
  const problem = found && authorityProblem(found.certificatePem, found.privateKeyPem, now, renewBeforeEndMs);
  if (found && problem === undefined) return found;
  const { issueAuthority } = await import('./issue.ts');
  const keys = await newKeyPair();
  const commonName = 'nodelocal-otlp development CA';
  const certificatePem = issueAuthority({
    keys,
    serial: newSerial(),
    now,
    validForMs: authorityValidForMs,
    commonName,
  });
  made.push(problem === undefined ? 'a development CA' : `a new development CA, since of the old one ${problem}`);
  return writePair(folder, 'ca', { certificatePem, privateKeyPem: keys.privateKeyPem });
}

async function readOrMakeServing(folder: string, authority: Authority, now: Date, made: string[]): Promise<Authority> {
  const found = await readPair(folder, 'tls');
  const problem =
    found &&
    servingProblem({ authorityPem: authority.certificatePem, ...found }, developmentNames, now, renewBeforeEndMs);
  if (found && problem === undefined) return found;
  const { issueServing } = await import('./issue.ts');
  const keys = await newKeyPair();
  const input = { keys, serial: newSerial(), now, validForMs: servingValidForMs, commonName: 'localhost' };
  const certificatePem = issueServing({ ...input, names: developmentNames }, authority);
  made.push(problem === undefined ? 'a certificate' : `a new certificate, since of the old one ${problem}`);
  return writePair(folder, 'tls', { certificatePem, privateKeyPem: keys.privateKeyPem });
}

type Pair = Authority;

async function readPair(folder: string, name: string): Promise<Pair | undefined> {
  try {
    const certificatePem = await readFile(path.join(folder, `${name}.crt`), 'utf8');
    return { certificatePem, privateKeyPem: await readFile(path.join(folder, `${name}.key`), 'utf8') };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new NodelocalError(
      'file-unreadable',
      `cannot read ${name}.crt and ${name}.key in ${folder}: ${reason(cause)}`,
      { cause },
    );
  }
}

async function writePair(folder: string, name: string, pair: Pair): Promise<Pair> {
  try {
    await mkdir(folder, { recursive: true });
    await replaceFile(path.join(folder, `${name}.key`), pair.privateKeyPem, 0o600);
    await replaceFile(path.join(folder, `${name}.crt`), pair.certificatePem, 0o644);
    return pair;
  } catch (cause) {
    throw new NodelocalError('file-unwritable', `cannot write certificates to ${folder}: ${reason(cause)}`, { cause });
  }
}

/** Through a new file: the mode of an existing one would stay, and a reader never sees half a file. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await rename(draft, file);
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
