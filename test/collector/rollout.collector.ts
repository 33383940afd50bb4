import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { accountFor, notWhole, rollOut, totals, unexplained } from './rollouts.ts';
import { eager, programsFor, sdkNames, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

describe.skipIf(!hasLab || collector === undefined)('surge rollouts', () => {
  it('lose nothing, ten times in a row, of any SDK and signal', async () => {
    const site = await Site.start(await startNetwork(), { name: 'rollout', agent: baseAgent });
    const apps = await site.startApps(await programsFor(sdkNames), eager);
    await sleep(3000);
    const { agents, ended, seconds } = await rollOut(site, 10, { overlapping: true });
    await sleep(3000);
    const accounts = await accountFor(site);
    say(`${ended.length} rollouts in ${seconds} s under ${apps.length} SDK apps: ${totals(accounts)}`);
    expect(ended.map(({ killed }) => killed)).toEqual(Array.from({ length: 10 }, () => false));
    expect(notWhole(accounts)).toEqual([]);
    expect(accounts.every(({ produced }) => produced > 0)).toBe(true);
    expect(await unexplained(site, accounts, agents)).toEqual([]);
  }, 300_000);
});
