import {
  type AuthorityState,
  type CaCertificate,
  type CaKeyPair,
  distinct,
  type NextCa,
  readCertificates,
  readPair,
} from './authority.ts';

/** The data of a Secret, decoded. */
export type SecretData = Readonly<Record<string, Buffer>>;

/** What of a Secret can be used, and what is wrong with the rest. */
export interface StoredAuthority {
  readonly previous: readonly CaCertificate[];
  readonly current?: CaKeyPair;
  readonly next?: NextCa;
  /** In words for the log; never with any part of a key. */
  readonly problems: readonly string[];
}

/**
 * Reads the Secret, whatever is in it. A CA that cannot sign any more, because its key is damaged or it has ended,
 * counts as previous: certificates it signed may be in service. A part that is not there and is not needed is no
 * problem: taking `previous.crt` away is how a person stops trusting a CA before its end.
 */
export function parseState(data: SecretData, now: Date): StoredAuthority {
  const text = (key: string): string => data[key]?.toString('utf8') ?? '';
  const problems: string[] = [];
  const retired: CaCertificate[] = [];
  const pair = (name: string): CaKeyPair | undefined => {
    const read = readPair(text(`${name}.crt`), text(`${name}.key`), now);
    if (!('problem' in read)) return read;
    problems.push(text(`${name}.crt`) === '' ? `${name}.crt is missing` : `of ${name}.crt, ${read.problem}`);
    if (read.certificate !== undefined) retired.push(read.certificate);
    return undefined;
  };
  const current = pair('current');
  const hasNext = ['next.crt', 'next.key'].some((key) => text(key) !== '');
  const next = hasNext ? pair('next') : undefined;
  const previous = readCertificates(text('previous.crt'));
  if (!previous.clean) problems.push('previous.crt cannot be read as CA certificates');
  return {
    previous: distinct([...previous.certificates, ...retired]),
    ...(current && { current }),
    ...(next && { next: { ...next, ...signsAt(text('next-signs-at')) } }),
    problems,
  };
}

/** A time that cannot be read is as good as none: it is set anew. */
function signsAt(text: string): { signsAt?: Date } {
  const time = new Date(text.trim());
  return Number.isNaN(time.getTime()) ? {} : { signsAt: time };
}

/** The state without its problems, where there is enough of it for one. */
export function stateOf({ previous, current, next }: StoredAuthority): AuthorityState | undefined {
  return current && { previous, current, ...(next && { next }) };
}

/** The whole data of the Secret for a state. */
export function renderState({ previous, current, next }: AuthorityState): SecretData {
  const texts: Record<string, string> = {
    'current.crt': current.certificatePem,
    'current.key': current.privateKeyPem,
    ...(previous.length > 0 && { 'previous.crt': previous.map((ca) => ca.certificatePem).join('') }),
    ...(next && { 'next.crt': next.certificatePem, 'next.key': next.privateKeyPem }),
    ...(next?.signsAt && { 'next-signs-at': next.signsAt.toISOString() }),
  };
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)]));
}
