import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

export interface ServingFiles {
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Why an authority cannot sign, now and for the next `forMs`; undefined when it can. All checks are done by
 * node:crypto: node-forge only builds certificates here, it never judges them.
 */
export function authorityProblem(
  certificatePem: string,
  privateKeyPem: string,
  now: Date,
  forMs = 0,
): string | undefined {
  return judge(() => {
    const certificate = new X509Certificate(certificatePem);
    if (!certificate.ca) return 'it is not a CA certificate';
    if (!certificate.verify(certificate.publicKey)) return 'its signature is wrong';
    return pairProblem(certificate, privateKeyPem) ?? validityProblem(certificate, now, forMs);
  });
}

/** Why callers that trust the authority would not accept the certificate for all `names`; undefined when they would. */
export function servingProblem(
  files: ServingFiles,
  names: readonly string[],
  now: Date,
  forMs = 0,
): string | undefined {
  return judge(() => {
    const authority = new X509Certificate(files.authorityPem);
    const certificate = new X509Certificate(files.certificatePem);
    if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey)) return 'another CA signed it';
    return leafProblem(files, names, now, forMs);
  });
}

/** The same of a certificate whose CA is not known here: who signed it is not judged. */
export function leafProblem(
  { certificatePem, privateKeyPem }: Omit<ServingFiles, 'authorityPem'>,
  names: readonly string[],
  now: Date,
  forMs = 0,
): string | undefined {
  return judge(() => {
    const certificate = new X509Certificate(certificatePem);
    const missing = names.find((name) => !covers(certificate, name));
    if (missing !== undefined) return `it does not name ${missing}`;
    return pairProblem(certificate, privateKeyPem) ?? validityProblem(certificate, now, forMs);
  });
}

/** By SAN only: Node would accept a bare common name, the API server does not. */
function covers(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) !== 0) return certificate.checkIP(name) !== undefined;
  return certificate.checkHost(name, { subject: 'never' }) !== undefined;
}

function pairProblem(certificate: X509Certificate, privateKeyPem: string): string | undefined {
  return certificate.checkPrivateKey(createPrivateKey(privateKeyPem)) ? undefined : 'the key is not its own';
}

function validityProblem(certificate: X509Certificate, now: Date, forMs: number): string | undefined {
  if (certificate.validFromDate > now) return `it is valid only from ${certificate.validFromDate.toISOString()}`;
  if (certificate.validToDate.getTime() > now.getTime() + forMs) return undefined;
  return `it ends at ${certificate.validToDate.toISOString()}`;
}

/** PEM that cannot be read is a problem like any other. */
function judge(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
