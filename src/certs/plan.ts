import {
  type AuthorityState,
  allowedSkewMs,
  type CaCertificate,
  type CaKeyPair,
  certificateOf,
  certificatesOf,
  distinct,
  hasEnded,
  type Lifetimes,
  renewBeforeEndMs,
} from './authority.ts';
import { type StoredAuthority, stateOf } from './state.ts';

/**
 * What can happen to the Secret. A rotation is add-next, date-next, promote, drop-previous, in this order; `create`
 * is the first start or a Secret that was deleted, `replace` a current CA that cannot sign, `repair` anything else
 * that cannot be used.
 */
export type AuthorityAction = 'create' | 'replace' | 'repair' | 'add-next' | 'date-next' | 'promote' | 'drop-previous';

/** "Yes, because": one write to the Secret. Where a new CA is needed, the state is made from it. */
export interface AuthorityPlan {
  readonly action: AuthorityAction;
  readonly because: string;
  readonly becomes: AuthorityState | ((fresh: CaKeyPair) => AuthorityState);
}

/** What a plan depends on besides the Secret. */
export interface Circumstances {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
  /** Whether this replica sees the CA in the hook's caBundle right now. */
  readonly inHook: (ca: CaCertificate) => boolean;
  /** CAs that leaves in service may come from: kept when the Secret, or a part of it, is lost. */
  readonly known: readonly CaCertificate[];
  /** Those of them that this replica has seen in a place to sign: kept even if somebody put others there. */
  readonly signed: readonly CaCertificate[];
}

/** The next write that the Secret needs; undefined when it is as it should be. `null` is a Secret that is not there. */
export function planAuthority(stored: StoredAuthority | null, given: Circumstances): AuthorityPlan | undefined {
  if (stored === null) {
    const becomes = (fresh: CaKeyPair): AuthorityState => ({ previous: kept(given.known, given), current: fresh });
    return { action: 'create', because: 'there is no Secret', becomes };
  }
  const state = stateOf(stored);
  if (state === undefined) return replace(stored, given);
  return repair(stored, state, given) ?? rotate(state, given) ?? dropPrevious(state, given);
}

/** When `planAuthority` has something to do next if nothing is touched until then, in milliseconds since 1970. */
export function authorityDueAt({ previous, current, next }: AuthorityState, lifetimes: Lifetimes): number {
  const renewal = next === undefined ? current.endsAt.getTime() - renewBeforeEndMs(lifetimes) : Infinity;
  return Math.min(
    renewal,
    current.endsAt.getTime(),
    next?.signsAt?.getTime() ?? Infinity,
    ...previous.map((ca) => ca.endsAt.getTime() + allowedSkewMs(lifetimes)),
  );
}

/** A next CA takes over at once: a new one would have had even less time to become known. */
function replace(stored: StoredAuthority, given: Circumstances): AuthorityPlan {
  const { next, problems } = stored;
  const previous = kept([...stored.previous, ...given.known], given);
  const becomes = (current: CaKeyPair): AuthorityState => ({ previous: without(previous, [current]), current });
  return { action: 'replace', because: problems.join('; '), becomes: next ? becomes(undated(next)) : becomes };
}

function repair(stored: StoredAuthority, state: AuthorityState, given: Circumstances): AuthorityPlan | undefined {
  const lost = lostFrom(state, given);
  const because = [...stored.problems, ...lost.map((ca) => `it has lost ${ca.subject}`)].join('; ');
  if (because === '') return undefined;
  const retired = stored.problems.length > 0 ? kept([...state.previous, ...given.known], given) : state.previous;
  const previous = without([...alive(retired, given), ...lost], certificatesOf({ ...state, previous: [] }));
  return { action: 'repair', because, becomes: { ...state, previous: distinct(previous) } };
}

/**
 * The CAs that have signed and are nowhere in the Secret any more, because somebody put another state there: a backup,
 * or a CA of their own. To stop trusting one, take it out of `previous.crt`, where it cannot sign.
 */
export function lostFrom(state: AuthorityState, given: Circumstances): readonly CaCertificate[] {
  return alive(without(given.signed, certificatesOf(state)), given);
}

function rotate(state: AuthorityState, { now, lifetimes, inHook }: Circumstances): AuthorityPlan | undefined {
  const { current, next, previous } = state;
  if (next === undefined) {
    if (authorityDueAt({ current, previous: [] }, lifetimes) > now.getTime()) return undefined;
    const because = `the current CA ends at ${current.endsAt.toISOString()}`;
    return { action: 'add-next', because, becomes: (fresh) => ({ ...state, next: fresh }) };
  }
  if (!inHook(next)) return undefined;
  if (next.signsAt === undefined || isTooFar(next.signsAt, now, lifetimes)) {
    const signsAt = new Date(now.getTime() + lifetimes.propagationMs);
    const because = 'the next CA is in the webhook configuration';
    return { action: 'date-next', because, becomes: { ...state, next: { ...next, signsAt } } };
  }
  if (next.signsAt > now) return undefined;
  const because = `the next CA may sign since ${next.signsAt.toISOString()}`;
  return {
    action: 'promote',
    because,
    becomes: { previous: [...previous, certificateOf(current)], current: undated(next) },
  };
}

/** A clock that was far ahead when the time was written must not hold up the rotation for as long. */
function isTooFar(signsAt: Date, now: Date, lifetimes: Lifetimes): boolean {
  return signsAt.getTime() > now.getTime() + lifetimes.propagationMs + allowedSkewMs(lifetimes);
}

function dropPrevious(state: AuthorityState, given: Circumstances): AuthorityPlan | undefined {
  const previous = alive(state.previous, given);
  if (previous.length === state.previous.length) return undefined;
  return { action: 'drop-previous', because: 'a previous CA has ended', becomes: { ...state, previous } };
}

// Each CA is about 1.2 kB of a bundle that every API server parses. More than two are there only when somebody keeps
// deleting the Secret; certificates of one that is left out are replaced like those of any CA that is gone.
const mostPrevious = 8;

function kept(certificates: readonly CaCertificate[], given: Circumstances): readonly CaCertificate[] {
  return [...alive(certificates, given)].sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime()).slice(-mostPrevious);
}

function alive(certificates: readonly CaCertificate[], { now, lifetimes }: Circumstances): readonly CaCertificate[] {
  return distinct(certificates).filter((ca) => !hasEnded(ca, now, lifetimes));
}

function without(certificates: readonly CaCertificate[], others: readonly CaCertificate[]): readonly CaCertificate[] {
  return certificates.filter((ca) => others.every((other) => other.fingerprint !== ca.fingerprint));
}

function undated(next: CaKeyPair): CaKeyPair {
  return { ...certificateOf(next), privateKeyPem: next.privateKeyPem };
}
