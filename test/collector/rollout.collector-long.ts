import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { agentWith } from '../manifests/agent.ts';
import { kubectl } from '../manifests/kustomize.ts';
import { accountFor, notWhole, rollOut, totals, unexplained } from './rollouts.ts';
import { eager, programsFor, sdkNames, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

/** Each rollout takes its 23 s, as no one begins before the one before has ended. */
const rollouts = 10;
const components = ['prefer-same-node', 'http-keep-alive', 'persistent-queue'];

describe.skipIf(!hasLab || collector === undefined).concurrent('surge rollouts, one after another', async () => {
  if (!hasLab || collector === undefined) return;
  const network = await startNetwork();
  const programs = await programsFor(sdkNames);

  it.each([
    { name: 'base', agent: baseAgent },
    ...(kubectl === undefined ? [] : components.map((name) => ({ name, agent: agentWith([name]) }))),
  ])(
    'lose nothing: $name',
    async ({ name, agent }) => {
      const site = await Site.start(network, { name, agent });
      await site.startApps(programs, eager);
      await sleep(3000);
      const { agents, ended, seconds } = await rollOut(site, rollouts);
      await sleep(3000);
      const accounts = await accountFor(site);
      say(`${name}: ${ended.length} rollouts in ${seconds} s under ${programs.length} SDK apps: ${totals(accounts)}`);
      expect(ended.some(({ killed }) => killed)).toBe(false);
      expect(notWhole(accounts)).toEqual([]);
      expect(await unexplained(site, accounts, agents)).toEqual([]);
    },
    600_000,
  );
});
