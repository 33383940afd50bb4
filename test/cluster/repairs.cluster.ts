import { beforeAll, expect, it } from 'vitest';
import { caBundle } from '../../src/certs/authority.ts';
import { parseState, stateOf } from '../../src/certs/state.ts';
import { authoritySecret, caBundleOf } from './authority-objects.ts';
import { burst } from './burst.ts';
import { damages } from './damages.ts';
import { enabled } from './installation.ts';
import { startLoad } from './load.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describeInstalled('the CA Secret and the caBundle are repaired under load', {}, (installed) => {
  beforeAll(() => installed.plane.createNamespace('shop', enabled));

  /** A Secret that can be used, and a caBundle that follows it. */
  async function isWhole(): Promise<boolean> {
    const { plane } = installed;
    const stored = parseState((await authoritySecret(plane)) ?? {}, new Date());
    const state = stateOf(stored);
    return state !== undefined && stored.problems.length === 0 && (await caBundleOf(plane)) === caBundle(state);
  }

  /** Why replicas did something about certificates since then. */
  const reasonsSince = (time: string): string[] =>
    installed.installation.replicas
      .flatMap((replica) => replica.lines())
      .flatMap((line) =>
        String(line['time']) >= time && typeof line['because'] === 'string' ? [line['because']] : [],
      );

  it.each(damages)('$what', async ({ what, inflict, missesSome, logged: expected }) => {
    const { plane, installation } = installed;
    const load = startLoad(plane, { namespace: 'shop' });
    await pause(1500);
    const inflictedAt = new Date().toISOString();
    await inflict(plane);
    const repairedMs = await untilSo('all is as it should be again', isWhole, 60_000);
    const atRepair = load.counts().missed.length;
    const { missed: missedAtOnce } = await burst(plane, 'shop');
    await pause(1500);
    const { created, missed, errors } = await load.stop();
    const after = missed.length - atRepair;
    say(`${what}: repaired in ${repairedMs} ms; ${missed.length} of ${created} pods missed, ${after} after that`);
    expect(reasonsSince(inflictedAt)).toContainEqual(expect.stringContaining(expected));
    expect([errors, missedAtOnce]).toEqual([[], 0]);
    if (missesSome !== true) expect(missed).toEqual([]);
    expect((await Promise.all(installation.replicas.map((replica) => replica.ready()))).every(Boolean)).toBe(true);
  });
});
