import { describe, expect, it } from 'vitest';
import { type AuthorityState, certificateOf, newCa } from '../../src/certs/authority.ts';
import { type AuthorityPlan, authorityDueAt, type Circumstances, planAuthority } from '../../src/certs/plan.ts';
import { parseState, renderState, type SecretData } from '../../src/certs/state.ts';
import { lifetimes, pooledKeys } from './replicas.ts';

const minute = 60_000;
const start = new Date('2026-11-22T12:00:00Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * minute);
const ca = async (minutes: number) => newCa(await pooledKeys(), at(minutes), lifetimes);
// CAs live for 60 minutes, get a successor 20 minutes before the end, which signs 10 minutes after publication.
const [older, first, second, third] = [await ca(-40), await ca(0), await ca(40), await ca(41)];

const fresh: AuthorityState = { previous: [], current: first };
const rotating: AuthorityState = { previous: [], current: first, next: second };
const dated: AuthorityState = { previous: [], current: first, next: { ...second, signsAt: at(51) } };
const promoted: AuthorityState = { previous: [certificateOf(first)], current: second };

const without = (state: AuthorityState, ...keys: string[]): SecretData =>
  Object.fromEntries(Object.entries(renderState(state)).filter(([key]) => !keys.includes(key)));
const withText = (state: AuthorityState, key: string, text: string): SecretData => ({
  ...renderState(state),
  [key]: Buffer.from(text),
});

function plan(data: SecretData | null, minutes: number, changes: Partial<Circumstances> = {}) {
  const now = at(minutes);
  const given = { now, lifetimes, inHook: () => true, known: [], signed: [], ...changes };
  return planAuthority(data && parseState(data, now), given);
}

/** The names of the CAs that a plan leads to, `third` being the new one. */
function outcome(planned: AuthorityPlan | undefined) {
  const state = typeof planned?.becomes === 'function' ? planned.becomes(third) : planned?.becomes;
  const names = new Map(Object.entries({ older, first, second, third }).map(([name, c]) => [c.fingerprint, name]));
  const nameOf = (c: { fingerprint: string }) => names.get(c.fingerprint);
  const next = state?.next && { next: nameOf(state.next), signsAt: state.next.signsAt };
  return state && { previous: state.previous.map(nameOf), current: nameOf(state.current), ...next };
}

describe('what the Secret needs', () => {
  const nobody = { inHook: () => false };
  it.each<{ name: string; got: AuthorityPlan | undefined; action?: string; because?: string | RegExp; want?: unknown }>(
    [
      { name: 'nothing, in the first two thirds of a CA', got: plan(renderState(fresh), 39) },
      {
        name: 'a CA, where there is no Secret',
        got: plan(null, 0),
        action: 'create',
        because: 'there is no Secret',
        want: { previous: [], current: 'third' },
      },
      {
        name: 'besides the CA those that are known and have not ended',
        got: plan(null, 30, { known: [older, first] }),
        action: 'create',
        want: { previous: ['first'], current: 'third' },
      },
      {
        name: 'a CA, where the Secret is empty',
        got: plan({}, 0),
        action: 'replace',
        because: 'current.crt is missing',
        want: { previous: [], current: 'third' },
      },
      {
        name: 'a next CA, when a third is left',
        got: plan(renderState(fresh), 40),
        action: 'add-next',
        because: 'the current CA ends at 2026-11-22T13:00:00.000Z',
        want: { previous: [], current: 'first', next: 'third', signsAt: undefined },
      },
      { name: 'nothing, while next is not in the hook', got: plan(renderState(rotating), 41, nobody) },
      {
        name: 'a date for next, once it is in the hook',
        got: plan(renderState(rotating), 41),
        action: 'date-next',
        want: { previous: [], current: 'first', next: 'second', signsAt: at(51) },
      },
      { name: 'nothing, before the date', got: plan(renderState(dated), 50.9) },
      { name: 'nothing at the date, if next has gone from the hook', got: plan(renderState(dated), 51, nobody) },
      {
        name: 'next in the place of current, at the date',
        got: plan(renderState(dated), 51),
        action: 'promote',
        because: 'the next CA may sign since 2026-11-22T12:51:00.000Z',
        want: { previous: ['first'], current: 'second' },
      },
      {
        name: 'another date, where a clock that was far ahead wrote it',
        got: plan(renderState({ ...rotating, next: { ...second, signsAt: at(10_000) } }), 41),
        action: 'date-next',
        want: { previous: [], current: 'first', next: 'second', signsAt: at(51) },
      },
      {
        name: 'another date, where it cannot be read',
        got: plan(withText(dated, 'next-signs-at', 'soon'), 41),
        action: 'date-next',
        want: { previous: [], current: 'first', next: 'second', signsAt: at(51) },
      },
      { name: 'nothing, while a previous CA has just ended', got: plan(renderState(promoted), 64.9) },
      {
        name: 'a previous CA to be dropped, once it has ended by every clock',
        got: plan(renderState(promoted), 65),
        action: 'drop-previous',
        want: { previous: [], current: 'second' },
      },
      {
        name: 'next at once, where current has ended: the cluster was paused',
        got: plan(renderState(rotating), 61, nobody),
        action: 'replace',
        because: 'of current.crt, it ends at 2026-11-22T13:00:00.000Z',
        want: { previous: ['first'], current: 'second' },
      },
      {
        name: 'all anew, where everything has ended',
        got: plan(renderState(dated), 10_000),
        action: 'replace',
        because: /^of current.crt, it ends at .*; of next.crt, it ends at/,
        want: { previous: [], current: 'third' },
      },
      {
        name: 'a new CA, where the key is damaged; the certificate stays trusted',
        got: plan(withText(fresh, 'current.key', 'x'), 1),
        action: 'replace',
        because: /^of current.crt, it cannot be read/,
        want: { previous: ['first'], current: 'third' },
      },
      {
        name: 'a new CA, where the certificate is gone; it stays trusted where it is known',
        got: plan(without(fresh, 'current.crt'), 1, { known: [first] }),
        action: 'replace',
        want: { previous: ['first'], current: 'third' },
      },
      {
        name: 'a CA from the future not to sign, but to stay trusted',
        got: plan(renderState({ previous: [], current: second }), 0),
        action: 'replace',
        because: /^of current.crt, it is valid only from/,
        want: { previous: ['second'], current: 'third' },
      },
      {
        name: 'next without a key to be retired',
        got: plan(without(dated, 'next.key'), 41),
        action: 'repair',
        because: /^of next.crt, it cannot be read/,
        want: { previous: ['second'], current: 'first' },
      },
      {
        name: 'damaged previous CAs to come back from memory',
        got: plan(withText(promoted, 'previous.crt', 'x'), 52, { known: [first, second] }),
        action: 'repair',
        because: 'previous.crt cannot be read as CA certificates',
        want: { previous: ['first'], current: 'second' },
      },
      {
        name: 'a CA back that has signed and is gone',
        got: plan(renderState({ previous: [], current: second }), 52, { signed: [first] }),
        action: 'repair',
        because: /^it has lost CN=nodelocal-otlp CA [0-9a-f]{8}$/,
        want: { previous: ['first'], current: 'second' },
      },
      {
        name: 'nothing, where somebody took a previous CA out',
        got: plan(renderState({ previous: [], current: second }), 52, { known: [first], signed: [second] }),
      },
    ],
  )('$name', ({ got, action, because, want }) => {
    expect(got?.action).toBe(action);
    if (because !== undefined) expect(got?.because).toMatch(because);
    expect(outcome(got)).toEqual(want);
  });

  it.each([
    { name: 'a successor', state: fresh, want: at(40) },
    { name: 'the date of next', state: dated, want: at(51) },
    { name: 'the end of current, while next waits for the hook', state: rotating, want: at(60) },
    { name: 'the end of a previous CA by every clock', state: promoted, want: at(65) },
  ])('is due for $name', ({ state, want }) => {
    expect(new Date(authorityDueAt(state, lifetimes))).toEqual(want);
  });
});
