import { type IssueInput, issueAuthority, issueServing } from '../../src/certs/issue.ts';
import { newKeyPair, newSerial } from '../../src/certs/keys.ts';

// Real keys, made once for each test file: they are the slow part.
const [authorityKeys, servingKeys] = await Promise.all([newKeyPair(), newKeyPair()]);

export const now = new Date('2026-11-22T12:00:00Z');
export const dayMs = 24 * 60 * 60_000;

export function makeAuthority(changes: Partial<IssueInput> = {}) {
  const input = {
    keys: authorityKeys,
    serial: newSerial(),
    now,
    validForMs: 365 * dayMs,
    commonName: 'test CA',
    ...changes,
  };
  return { certificatePem: issueAuthority(input), privateKeyPem: input.keys.privateKeyPem };
}

export function makeServing(
  authority: ReturnType<typeof makeAuthority>,
  changes: Partial<IssueInput & { names: readonly string[] }> = {},
) {
  const names = ['localhost', '127.0.0.1'];
  const input = {
    keys: servingKeys,
    serial: newSerial(),
    now,
    validForMs: dayMs,
    commonName: 'serving',
    names,
    ...changes,
  };
  return { certificatePem: issueServing(input, authority), privateKeyPem: input.keys.privateKeyPem };
}
