import type { Log } from '../log.ts';
import { type AuthorityState, caBundle, certificatesOf, type Lifetimes, newCa } from './authority.ts';
import { hookProblem } from './hook.ts';
import type { KeyPair } from './keys.ts';
import type { Pace } from './pace.ts';
import { type AuthorityAction, authorityDueAt, planAuthority } from './plan.ts';
import { renderState } from './state.ts';
import type { HookStore, SecretStore } from './stores.ts';
import { look, type View, wholeState } from './view.ts';

/** What the steps need from outside. */
export interface StepContext {
  readonly secret: SecretStore;
  readonly hook: HookStore;
  readonly lifetimes: Lifetimes;
  readonly now: () => Date;
  readonly newKeys: () => Promise<KeyPair>;
  readonly log: Log;
}

/** Nothing to do until a store changes. */
export const idle = Infinity;
/** There may be more to do as soon as the write shows. */
const soonMs = 50;

/** What nobody planned for is a warning. */
const levels = {
  create: 'info',
  replace: 'warn',
  repair: 'warn',
  'add-next': 'info',
  'date-next': 'info',
  promote: 'info',
  'drop-previous': 'info',
} as const satisfies Record<AuthorityAction, 'info' | 'warn'>;

/**
 * Makes the one write that the Secret needs, if any and if it is time for it.
 *
 * @returns after how many milliseconds to look again
 */
export async function reconcileSecret(view: View, context: StepContext, pace: Pace): Promise<number> {
  const { secret, lifetimes, newKeys, log } = context;
  const now = view.now.getTime();
  const plan = planAuthority(view.stored, view);
  if (plan === undefined) {
    pace.settle();
    return view.state ? untilMs(authorityDueAt(view.state, lifetimes), now) : idle;
  }
  const { action, because, becomes } = plan;
  const wait = pace.waitMs(now, action);
  if (wait > 0) return wait;
  const state = typeof becomes === 'function' ? becomes(newCa(await newKeys(), view.now, lifetimes)) : becomes;
  const data = renderState(state);
  const outcome =
    view.secretVersion === undefined ? await secret.create(data) : await secret.replace(data, view.secretVersion);
  if (outcome === 'conflict') log.debug({ action }, 'another replica wrote the CA Secret first');
  else log[levels[action]]({ action, because, authority: state.current.subject }, 'wrote the CA Secret');
  return soonMs;
}

/**
 * Writes the caBundle of the hook, if it is not what the Secret says and if it is time for it.
 *
 * The version written against is from before the Secret is read. So if another replica has changed the Secret since
 * then, and the hook after it, this write meets a conflict instead of undoing that one.
 *
 * @returns after how many milliseconds to look again
 */
export async function reconcileHook(view: View, context: StepContext, pace: Pace): Promise<number> {
  const { secret, hook, lifetimes, log, now } = context;
  const needed = hookWrite(view);
  if (view.hook === null || needed === undefined) {
    pace.settle();
    return idle;
  }
  const wait = pace.waitMs(view.now.getTime(), caBundle(needed.state));
  if (wait > 0) return wait;
  const write = hookWrite(look(await secret.read(), view.hook, view.last, now(), lifetimes));
  if (write === undefined) return soonMs;
  const { because, state } = write;
  const outcome = await hook.setCaBundle(caBundle(state), view.hook.resourceVersion);
  const authorities = certificatesOf(state).map((ca) => ca.subject);
  if (outcome === 'conflict') log.debug({ because }, 'another writer changed the webhook configuration first');
  else log.info({ because, authorities }, 'wrote the caBundle of the webhook configuration');
  return soonMs;
}

function hookWrite(view: View): { because: string; state: AuthorityState } | undefined {
  const state = wholeState(view);
  const because = state && hookProblem(view.hook?.value, caBundle(state));
  return state === undefined || because === undefined ? undefined : { because, state };
}

/** What is overdue, though there is nothing to do about it, waits for a change of a store. */
export function untilMs(dueAt: number, now: number): number {
  return dueAt > now ? dueAt - now : idle;
}
