import type { AuthorityState, CaCertificate, CaKeyPair, Lifetimes } from './authority.ts';

/** A serving certificate, which never leaves the memory of its replica. */
export interface Leaf {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly authority: CaCertificate;
  readonly issuedAt: Date;
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** What a leaf is judged by. `inHook` is what this replica sees in the hook's caBundle right now. */
export interface Trust {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
  readonly inHook: (ca: CaCertificate) => boolean;
  readonly inSecret: (ca: CaCertificate) => boolean;
}

/**
 * The CA that may sign now: the next one from its time on, before that the current one, and neither while it is not
 * in the hook's caBundle. Undefined means wait: callers would refuse whatever is signed.
 */
export function signer({ current, next }: AuthorityState, now: Date, inHook: Trust['inHook']): CaKeyPair | undefined {
  if (next?.signsAt !== undefined && next.signsAt <= now && inHook(next)) return next;
  return inHook(current) ? current : undefined;
}

/**
 * Why a new leaf is needed, now that `ca` may sign; undefined when the present one stays.
 *
 * A new CA alone is no reason: the old one stays in the bundle until it ends, so leaves move over one by one as they
 * are renewed, and a CA that has just been put into the bundle gets some time to reach every API server.
 */
export function planLeaf(leaf: Leaf | undefined, ca: CaCertificate, trust: Trust): string | undefined {
  if (leaf === undefined) return 'there is none yet';
  const { now, lifetimes, inHook, inSecret } = trust;
  if (leaf.endsAt <= now) return `it ended at ${leaf.endsAt.toISOString()}`;
  if (leaf.startsAt > now) return `it is valid only from ${leaf.startsAt.toISOString()}`;
  if (!inHook(leaf.authority)) return 'its CA is not in the webhook configuration';
  if (!inSecret(leaf.authority)) return 'its CA is not in the Secret';
  if (leafDueAt(leaf) > now.getTime()) return undefined;
  // A CA near its end cannot give it a longer life; asking again and again would not change that.
  const gained = leafEnd(ca, now, lifetimes).getTime() - leaf.endsAt.getTime();
  return gained < shortestGainMs ? undefined : 'two thirds of its life are over';
}

const shortestGainMs = 1000; // Certificates count in whole seconds.

/** When a leaf is to be renewed, in milliseconds since 1970: two thirds of its life leave time for many attempts. */
export function leafDueAt({ issuedAt, endsAt }: Leaf): number {
  return issuedAt.getTime() + ((endsAt.getTime() - issuedAt.getTime()) * 2) / 3;
}

/** A leaf does not outlive its CA. */
export function leafEnd(ca: CaCertificate, now: Date, { leafMs }: Lifetimes): Date {
  return new Date(Math.min(now.getTime() + leafMs, ca.endsAt.getTime()));
}
