import { issueAuthority, issueServing } from '../../src/certs/issue.ts';
import { newKeyPair, newSerial } from '../../src/certs/keys.ts';
import type { ServingCertificate } from '../../src/server/server.ts';

/** A certificate for https servers of tests on 127.0.0.1, and the authority to trust. */
export async function localCertificate(): Promise<ServingCertificate & { readonly caPem: string }> {
  const [ca, serving] = await Promise.all([newKeyPair(), newKeyPair()]);
  const common = { now: new Date(), validForMs: 24 * 60 * 60_000, serial: newSerial() };
  const caPem = issueAuthority({ ...common, keys: ca, commonName: 'hooks of tests' });
  const input = { ...common, keys: serving, serial: newSerial(), commonName: 'hook', names: ['127.0.0.1'] };
  const certificatePem = issueServing(input, { certificatePem: caPem, privateKeyPem: ca.privateKeyPem });
  return { caPem, certificatePem, privateKeyPem: serving.privateKeyPem };
}
