import { sign } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import type { KeyPair } from './keys.ts';

/** What every certificate needs from outside: nothing here reads a clock or draws a number. */
export interface IssueInput {
  readonly keys: KeyPair;
  /** From `newSerial`, a new one for each certificate. */
  readonly serial: string;
  readonly now: Date;
  readonly validForMs: number;
  readonly commonName: string;
}

export interface Authority {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

// Clocks differ: a certificate that starts right now is from the future for an API server that is a little slow.
const backdatedMs = 5 * 60_000;
const longestCommonName = 64; // RFC 5280, ub-common-name. The full name stands in the SAN.

/** A self-signed CA certificate, as PEM, that may sign serving certificates but no further CAs. */
export function issueAuthority(input: IssueInput): string {
  const subject = nameOf(input.commonName);
  const extensions = [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ];
  return issue(input, subject, subject, extensions, input.keys.privateKeyPem);
}

/**
 * A serving certificate, as PEM, signed by the authority. `names` are DNS names and IP addresses; all stand in the
 * SAN, since the API server does not look at the common name.
 */
export function issueServing(input: IssueInput & { readonly names: readonly string[] }, authority: Authority): string {
  const ca = forge.pki.certificateFromPem(authority.certificatePem);
  const extensions = [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: input.names.map(alternativeName) },
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: ca.generateSubjectKeyIdentifier().getBytes() },
  ];
  return issue(input, nameOf(input.commonName), ca.subject.attributes, extensions, authority.privateKeyPem);
}

function issue(
  { keys, serial, now, validForMs }: IssueInput,
  subject: forge.pki.CertificateField[],
  issuer: forge.pki.CertificateField[],
  extensions: unknown[],
  signingKeyPem: string,
): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKeyPem);
  certificate.serialNumber = serial;
  certificate.validity.notBefore = new Date(now.getTime() - backdatedMs);
  certificate.validity.notAfter = new Date(now.getTime() + validForMs);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer);
  certificate.setExtensions(extensions as never[]);
  certificate.sign(nativeSigner(certificate, signingKeyPem), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/**
 * A key for forge that signs with node:crypto. forge's own RSA is plain JavaScript: 45 ms for each certificate,
 * during which no review would be answered.
 */
function nativeSigner(certificate: forge.pki.Certificate, privateKeyPem: string): forge.pki.rsa.PrivateKey {
  const signer = {
    sign: () => {
      const toBeSigned = forge.asn1.toDer(
        (certificate as unknown as { tbsCertificate: forge.asn1.Asn1 }).tbsCertificate,
      );
      return sign('sha256', Buffer.from(toBeSigned.getBytes(), 'binary'), privateKeyPem).toString('binary');
    },
  };
  return signer as unknown as forge.pki.rsa.PrivateKey;
}

function nameOf(commonName: string): forge.pki.CertificateField[] {
  return [{ name: 'commonName', value: commonName.slice(0, longestCommonName) }];
}

/** GeneralName, RFC 5280 4.2.1.6: 2 is a DNS name, 7 an IP address. */
function alternativeName(name: string): { type: 2; value: string } | { type: 7; ip: string } {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}
