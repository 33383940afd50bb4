import { X509Certificate } from 'node:crypto';
import { NodelocalError } from '../errors.ts';
import { type CaKeyPair, certificateOf, type Lifetimes } from './authority.ts';
import { servingProblem } from './inspect.ts';
import { issueServing } from './issue.ts';
import { type KeyPair, newSerial } from './keys.ts';
import { type Leaf, leafEnd } from './leaf.ts';

/** What a TLS server needs. */
export interface CertificatePair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface ServingOptions {
  /** The names that callers use; the API server's is `<service>.<namespace>.svc`. */
  readonly names: readonly [string, ...string[]];
  readonly lifetimes: Lifetimes;
  readonly newKeys: () => Promise<KeyPair>;
  /** Puts the pair into service. If it throws, the old leaf stays. */
  readonly onChange: (pair: CertificatePair) => void;
}

/** The leaf of this replica: held in memory, replaced whole, and only by one that callers would accept. */
export class Serving {
  readonly #options: ServingOptions;
  #leaf: Leaf | undefined;

  constructor(options: ServingOptions) {
    this.#options = options;
  }

  /** The leaf in service. */
  get leaf(): Leaf | undefined {
    return this.#leaf;
  }

  /**
   * Signs a new leaf, checks it as a caller would, and puts it into service.
   *
   * @throws NodelocalError certificate-invalid, when the leaf would not be accepted; whatever `onChange` throws
   */
  async renew(authority: CaKeyPair, now: Date): Promise<Leaf> {
    const { names, lifetimes, newKeys, onChange } = this.#options;
    const keys = await newKeys();
    const validForMs = leafEnd(authority, now, lifetimes).getTime() - now.getTime();
    const input = { keys, serial: newSerial(), now, validForMs, commonName: names[0], names };
    const pair = { certificatePem: issueServing(input, authority), privateKeyPem: keys.privateKeyPem };
    const problem = servingProblem({ authorityPem: authority.certificatePem, ...pair }, names, now);
    if (problem !== undefined) {
      throw new NodelocalError('certificate-invalid', `cannot serve the certificate just signed: ${problem}`);
    }
    onChange(pair);
    this.#leaf = { ...pair, authority: certificateOf(authority), issuedAt: now, ...validityOf(pair) };
    return this.#leaf;
  }
}

function validityOf({ certificatePem }: CertificatePair): { startsAt: Date; endsAt: Date } {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  return { startsAt: validFromDate, endsAt: validToDate };
}
