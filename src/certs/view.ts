import {
  type AuthorityState,
  type CaCertificate,
  certificatesOf,
  distinct,
  isOurs,
  type Lifetimes,
} from './authority.ts';
import { trustedByHook } from './hook.ts';
import { lostFrom } from './plan.ts';
import { parseState, type SecretData, type StoredAuthority, stateOf } from './state.ts';
import type { Hook, Stored } from './stores.ts';

/** All that one round of the reconciler decides from, taken at one moment. */
export interface View {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
  readonly hook: Stored<Hook> | null;
  /** The Secret's version, to write against; undefined when there is no Secret. */
  readonly secretVersion: string | undefined;
  readonly stored: StoredAuthority | null;
  /** What the Secret says, problems left aside; undefined when it has no current CA that can sign. */
  readonly state: AuthorityState | undefined;
  /** Whether callers trust the CA: it is in the hook's caBundle. */
  readonly inHook: (ca: CaCertificate) => boolean;
  /** Whether the CA stays trusted. What a damaged Secret lacks may come back with its repair. */
  readonly inSecret: (ca: CaCertificate) => boolean;
  /** What the Secret held when it was last whole. */
  readonly last: AuthorityState | undefined;
  /** See `Circumstances`: the CAs of the last whole Secret and ours in the hook. */
  readonly known: readonly CaCertificate[];
  /** See `Circumstances`: the CAs of the last whole Secret that could sign. */
  readonly signed: readonly CaCertificate[];
}

export function look(
  secret: Stored<SecretData> | null,
  hook: Stored<Hook> | null,
  last: AuthorityState | undefined,
  now: Date,
  lifetimes: Lifetimes,
): View {
  const stored = secret && parseState(secret.value, now);
  const state = stored === null ? undefined : stateOf(stored);
  const trusted = trustedByHook(hook?.value);
  return {
    now,
    lifetimes,
    hook,
    secretVersion: secret?.resourceVersion,
    stored,
    state,
    inHook: among(trusted),
    inSecret: state && stored?.problems.length === 0 ? among(certificatesOf(state)) : () => true,
    last,
    known: distinct([...(last ? certificatesOf(last) : []), ...trusted.filter(isOurs)]),
    signed: last ? certificatesOf({ ...last, previous: [] }) : [],
  };
}

/** The state of the Secret, if nothing is wrong with it and nothing lost from it: only then may the hook follow it. */
export function wholeState(view: View): AuthorityState | undefined {
  const { stored, state } = view;
  if (state === undefined || stored === null || stored.problems.length > 0) return undefined;
  return lostFrom(state, view).length === 0 ? state : undefined;
}

function among(certificates: readonly CaCertificate[]): (ca: CaCertificate) => boolean {
  const fingerprints = new Set(certificates.map((ca) => ca.fingerprint));
  return (ca) => fingerprints.has(ca.fingerprint);
}
