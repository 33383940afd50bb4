import { X509Certificate } from 'node:crypto';
import { authorityProblem } from './inspect.ts';
import { issueAuthority } from './issue.ts';
import { type KeyPair, newSerial } from './keys.ts';

/** A CA certificate that callers can trust. */
export interface CaCertificate {
  readonly certificatePem: string;
  /** SHA-256 of the whole certificate: what makes two CAs the same one. */
  readonly fingerprint: string;
  /** The subject as Node writes it: `CN=nodelocal-otlp CA 5f0c…`. */
  readonly subject: string;
  readonly endsAt: Date;
}

/** A CA that can sign. */
export interface CaKeyPair extends CaCertificate {
  readonly privateKeyPem: string;
}

/** The CA that will sign one day. Without `signsAt` it is not known yet to have reached the hook's caBundle. */
export interface NextCa extends CaKeyPair {
  readonly signsAt?: Date;
}

/** All that replicas share, as the Secret holds it. */
export interface AuthorityState {
  /** CAs that sign no more, but whose certificates may still be in service. */
  readonly previous: readonly CaCertificate[];
  readonly current: CaKeyPair;
  readonly next?: NextCa;
}

/**
 * How long things last, in milliseconds; seconds are enough for a test that watches a rotation. A CA lasts at least
 * three times as long as the other two together, or the last third of its life is too short for its succession: the
 * settings see to that.
 */
export interface Lifetimes {
  readonly caMs: number;
  readonly leafMs: number;
  /** From a new CA being in the hook's caBundle until it may sign: every API server must have read it by then. */
  readonly propagationMs: number;
}

/** A CA gets its successor when a third of its life is left. */
export function renewBeforeEndMs({ caMs }: Pick<Lifetimes, 'caMs'>): number {
  return caMs / 3;
}

/**
 * By how much the clocks of replicas and API servers may differ: as much as `notBefore` is set back. Shorter where a
 * CA lives for less than an hour, or the rotation in a test would leave dozens of ended CAs behind.
 */
export function allowedSkewMs({ caMs }: Lifetimes): number {
  return Math.min(5 * 60_000, caMs / 10);
}

/** Whether a CA has ended by everybody's clock, so that nobody can miss it. */
export function hasEnded(ca: CaCertificate, now: Date, lifetimes: Lifetimes): boolean {
  return ca.endsAt.getTime() + allowedSkewMs(lifetimes) <= now.getTime();
}

/**
 * What the hook's caBundle must be, as PEM: every CA of the Secret.
 *
 * It depends on nothing else, above all on no clock: two replicas that judged by their clocks whether a CA has ended
 * would undo each other's writes. A CA leaves the bundle when it leaves the Secret.
 */
export function caBundle(state: AuthorityState): string {
  return certificatesOf(state)
    .map((ca) => ca.certificatePem)
    .join('');
}

/** Every CA of the state once, the oldest first. */
export function certificatesOf({ previous, current, next }: AuthorityState): readonly CaCertificate[] {
  return distinct([...previous, current, ...(next ? [next] : [])]).map(certificateOf);
}

/** Without the key: a CA that signs no more needs none. */
export function certificateOf({ certificatePem, fingerprint, subject, endsAt }: CaCertificate): CaCertificate {
  return { certificatePem, fingerprint, subject, endsAt };
}

/** The same without repetitions. */
export function distinct<Ca extends CaCertificate>(certificates: readonly Ca[]): readonly Ca[] {
  return [...new Map(certificates.map((ca) => [ca.fingerprint, ca])).values()];
}

const ourCommonName = 'nodelocal-otlp CA';

/** A new CA. Each has a name of its own, so that no verifier has to choose between two of one name. */
export function newCa(keys: KeyPair, now: Date, { caMs }: Lifetimes): CaKeyPair {
  const serial = newSerial();
  const commonName = `${ourCommonName} ${serial.slice(0, 8)}`;
  const pem = issueAuthority({ keys, serial, now, validForMs: caMs, commonName });
  return { ...describeCa(new X509Certificate(pem)), privateKeyPem: keys.privateKeyPem };
}

/** Whether we made it: others' CAs that somebody put into the hook are none of ours to keep. */
export function isOurs({ subject }: CaCertificate): boolean {
  return subject.startsWith(`CN=${ourCommonName} `);
}

/** The CA certificates in a text of PEM, and whether there is anything else in it that cannot be read as one. */
export function readCertificates(text: string): { certificates: readonly CaCertificate[]; clean: boolean } {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const certificates = blocks.map(readCa).filter((ca) => ca !== undefined);
  const rest = blocks.reduce((left, block) => left.replace(block, ''), text).trim();
  return { certificates: distinct(certificates), clean: rest === '' && certificates.length === blocks.length };
}

/** A pair that can sign, or the reason why not together with the certificate, if at least that can be read. */
export function readPair(certificatePem: string, privateKeyPem: string, now: Date): CaKeyPair | UnusablePair {
  const certificate = readCertificates(certificatePem).certificates[0];
  if (certificate === undefined) return { problem: 'it is not a CA certificate' };
  const problem = authorityProblem(certificate.certificatePem, privateKeyPem, now);
  return problem === undefined ? { ...certificate, privateKeyPem } : { problem, certificate };
}

export interface UnusablePair {
  readonly problem: string;
  readonly certificate?: CaCertificate;
}

function readCa(pem: string): CaCertificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.ca ? describeCa(certificate) : undefined;
  } catch {
    return undefined;
  }
}

function describeCa(certificate: X509Certificate): CaCertificate {
  return {
    certificatePem: certificate.toString(),
    fingerprint: certificate.fingerprint256,
    subject: certificate.subject,
    endsAt: certificate.validToDate,
  };
}
