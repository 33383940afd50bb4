import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newSerial } from '../../src/certs/keys.ts';
import { dayMs, makeAuthority, makeServing, now } from './pairs.ts';

const authority = makeAuthority();
const names = ['nodelocal-otlp-webhook.nodelocal-otlp.svc', 'localhost', '127.0.0.1', '::1'];
const serving = makeServing(authority, { names });
const authorityFacts = new X509Certificate(authority.certificatePem);
const servingFacts = new X509Certificate(serving.certificatePem);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('an issued authority', () => {
  it('is a CA that signed itself', () => {
    expect(authorityFacts.ca).toBe(true);
    expect(authorityFacts.checkIssued(authorityFacts)).toBe(true);
    expect(authorityFacts.verify(authorityFacts.publicKey)).toBe(true);
  });

  it('is the same text for the same input', () => {
    const input = { serial: newSerial() };
    expect(makeAuthority(input).certificatePem).toBe(makeAuthority(input).certificatePem);
  });
});

describe('an issued serving certificate', () => {
  it('is signed by the authority', () => {
    expect(servingFacts.ca).toBe(false);
    expect(servingFacts.checkIssued(authorityFacts)).toBe(true);
    expect(servingFacts.verify(authorityFacts.publicKey)).toBe(true);
  });

  it('names everything in the SAN', () => {
    expect(servingFacts.subjectAltName).toBe(
      'DNS:nodelocal-otlp-webhook.nodelocal-otlp.svc, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect(servingFacts.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']); // Node's name for the extended usage: serverAuth
  });

  it('starts five minutes ago, for clocks that are slow', () => {
    expect(servingFacts.validFromDate).toEqual(new Date(now.getTime() - 5 * 60_000));
    expect(servingFacts.validToDate).toEqual(new Date(now.getTime() + dayMs));
  });

  it('can outlive 2049', () => {
    const long = makeServing(authority, { validForMs: 40 * 365 * dayMs });
    expect(new X509Certificate(long.certificatePem).validToDate.getUTCFullYear()).toBe(2066);
  });

  it('cuts a common name that is longer than X.509 allows', () => {
    const name = `${'n'.repeat(63)}.${'m'.repeat(63)}.svc`;
    const facts = new X509Certificate(makeServing(authority, { commonName: name, names: [name] }).certificatePem);
    expect(facts.subject).toBe(`CN=${name.slice(0, 64)}`);
    expect(facts.subjectAltName).toBe(`DNS:${name}`);
  });
});

describe('a serial number', () => {
  it('is positive, 16 bytes long and has no leading zero', () => {
    const serials = Array.from({ length: 200 }, newSerial);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9a-f]{31}$/);
    expect(new Set(serials).size).toBe(200);
  });
});

describe.runIf(hasOpenssl)('openssl', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-issue-'));
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const ca = file('ca.crt', authority.certificatePem);
  const leaf = file('tls.crt', serving.certificatePem);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

  it('verifies the chain strictly, for each name', () => {
    const at = String(now.getTime() / 1000);
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-attime', at, '-CAfile', ca];
    expect(openssl(...verify, '-verify_hostname', 'localhost', leaf)).toContain('OK');
    expect(openssl(...verify, '-verify_ip', '::1', leaf)).toContain('OK');
    expect(() => openssl(...verify, '-verify_hostname', 'example.com', leaf)).toThrow('hostname mismatch');
  });

  it('finds the profile of RFC 5280', () => {
    const caText = openssl('x509', '-in', ca, '-noout', '-text');
    expect(caText).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(caText).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(caText).toContain('Signature Algorithm: sha256WithRSAEncryption');
    const leafText = openssl('x509', '-in', leaf, '-noout', '-text');
    expect(leafText).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(leafText).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment/);
    expect(leafText).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication/);
    const subjectKeyId = /Subject Key Identifier:\s+(\S+)/.exec(caText)?.[1];
    expect(/Authority Key Identifier:\s+(?:keyid:)?(\S+)/.exec(leafText)?.[1]).toBe(subjectKeyId);
  });
});
