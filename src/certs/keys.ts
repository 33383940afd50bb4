import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

export interface KeyPair {
  /** PKCS #8. */
  readonly privateKeyPem: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyPem: string;
}

/** A new RSA-2048 key pair, made outside the event loop (about 70 ms). */
export async function newKeyPair(): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/**
 * A new certificate serial number: 16 bytes in hex, positive and without a leading zero byte, which DER would
 * not allow (RFC 5280, 4.1.2.2), so the first byte is kept between 0x40 and 0x7f.
 */
export function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
