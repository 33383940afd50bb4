import type { AuthorityState } from './authority.ts';
import { newKeyPair } from './keys.ts';
import { type Leaf, leafDueAt, planLeaf, signer } from './leaf.ts';
import { Pace } from './pace.ts';
import { Serving, type ServingOptions } from './serving.ts';
import { idle, reconcileHook, reconcileSecret, type StepContext, untilMs } from './steps.ts';
import { look, type View, wholeState } from './view.ts';

/** Clock, randomness, timers and keys have defaults that are right outside of tests. */
export interface ReconcilerOptions
  extends Omit<StepContext, 'now' | 'newKeys'>,
    Pick<ServingOptions, 'names' | 'onChange'>,
    Partial<Pick<StepContext, 'now' | 'newKeys'>> {
  /** From 0 up to 1. */
  readonly random?: () => number;
  /** Runs something later; the result takes it back. */
  readonly schedule?: (run: () => void, delayMs: number) => () => void;
  /** How long a write waits at most for another replica to make it first. */
  readonly jitterMs?: number;
}

// The Secret and the hook are looked at again at least this often. Timers stand still while a machine sleeps: one
// that is set for the end of a certificate would ring as much too late.
const longestSleepMs = 15_000;
const shortestSleepMs = 50;
const retryMs = 2000;

/**
 * Keeps the CA Secret, the caBundle of the hook and the certificate of this replica right, for as long as it runs.
 * Every replica runs one, none leads: each looks, makes the one write that is missing, and looks again.
 *
 * Each round goes Secret, own leaf, hook: a CA that is leaving is not served any more when the hook forgets it.
 */
export class CertificateReconciler {
  readonly #context: StepContext;
  readonly #schedule: NonNullable<ReconcilerOptions['schedule']>;
  readonly #serving: Serving;
  readonly #secretPace: Pace;
  readonly #hookPace: Pace;
  /** What the Secret held when it was last whole. */
  #last: AuthorityState | undefined;
  #leafTriedAt = -Infinity;
  #published = false;
  #round: Promise<void> | undefined;
  #lookAgain = false;
  #stopped = false;
  #unsubscribe: readonly (() => void)[] = [];
  #cancelTimer: () => void = () => undefined;

  constructor(options: ReconcilerOptions) {
    this.#context = { now: () => new Date(), newKeys: newKeyPair, ...options };
    this.#serving = new Serving({ ...this.#context, names: options.names, onChange: options.onChange });
    const { schedule = scheduleTimer, jitterMs = 500, random = Math.random } = options;
    this.#schedule = schedule;
    this.#secretPace = new Pace(jitterMs, random);
    this.#hookPace = new Pace(jitterMs, random);
  }

  /** Looks for the first time; from then on at each change of a store, and when something is due. */
  start(): void {
    const { secret, hook } = this.#context;
    this.#unsubscribe = [secret.onChange(() => this.#wake()), hook.onChange(() => this.#wake())];
    this.#wake();
  }

  /** Ends it; resolves when nothing is under way any more. The leaf stays in service. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#round;
  }

  /** The leaf in service, for metrics. */
  get leaf(): Leaf | undefined {
    return this.#serving.leaf;
  }

  /** The CAs as last read, for metrics. */
  get authority(): AuthorityState | undefined {
    return this.#last;
  }

  /**
   * For readiness: whether this replica has had a leaf whose CA it saw in the hook's caBundle. Once true it stays
   * true: a caBundle that somebody empties is repaired, and must not take every replica out of service meanwhile.
   */
  get published(): boolean {
    return this.#published;
  }

  #wake(): void {
    if (this.#stopped) return;
    this.#lookAgain = true;
    this.#round ??= this.#rounds();
  }

  async #rounds(): Promise<void> {
    this.#cancelTimer();
    let sleepMs = idle;
    while (this.#lookAgain && !this.#stopped) {
      this.#lookAgain = false;
      sleepMs = await this.#attempt('certificates', () => this.#look());
    }
    this.#round = undefined;
    if (this.#stopped) return;
    const delayMs = Math.max(shortestSleepMs, Math.min(sleepMs, longestSleepMs));
    this.#cancelTimer = this.#schedule(() => this.#wake(), delayMs);
  }

  /** One round. @returns after how many milliseconds the next is due, if no store changes before */
  async #look(): Promise<number> {
    const { secret, hook, lifetimes, now } = this.#context;
    const [storedSecret, storedHook] = [secret.current(), hook.current()];
    if (storedSecret === undefined || storedHook === undefined) return idle;
    const view = look(storedSecret, storedHook, this.#last, now(), lifetimes);
    const waits = [
      await this.#attempt('the CA Secret', () => reconcileSecret(view, this.#context, this.#secretPace)),
      await this.#attempt('the serving certificate', () => this.#reconcileLeaf(view)),
      await this.#attempt('the caBundle', () => reconcileHook(view, this.#context, this.#hookPace)),
    ];
    this.#last = wholeState(view) ?? this.#last;
    return Math.min(...waits);
  }

  /** A step that fails is tried again, and holds up none of the others. */
  async #attempt(what: string, step: () => Promise<number>): Promise<number> {
    try {
      return await step();
    } catch (err) {
      this.#context.log.warn({ what, err }, 'could not bring certificates up to date');
      return retryMs;
    }
  }

  async #reconcileLeaf(view: View): Promise<number> {
    const { state } = view;
    const now = view.now.getTime();
    const ca = state && signer(state, view.now, view.inHook);
    if (ca === undefined) return idle;
    const because = planLeaf(this.#serving.leaf, ca, view);
    const wait = this.#leafTriedAt + retryMs - now;
    if (because !== undefined && wait > 0 && wait <= retryMs) return wait;
    if (because !== undefined) await this.#renew(ca, because, view);
    const { leaf } = this.#serving;
    this.#published ||= leaf !== undefined && view.inHook(leaf.authority);
    return leaf === undefined ? idle : untilMs(leafDueAt(leaf), now);
  }

  async #renew(ca: Parameters<Serving['renew']>[0], because: string, { now }: View): Promise<void> {
    this.#leafTriedAt = now.getTime();
    const { endsAt, authority } = await this.#serving.renew(ca, now);
    this.#leafTriedAt = -Infinity;
    const fields = { because, authority: authority.subject, endsAt: endsAt.toISOString() };
    this.#context.log.info(fields, 'renewed the serving certificate');
  }
}

function scheduleTimer(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
