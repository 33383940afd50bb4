import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { signals } from '../../src/otlp/schema.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { agentCounts } from './agent-counts.ts';
import { accountFor, notWhole, totals, unexplained } from './rollouts.ts';
import { eager, programsFor, sdkNames, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

/** Longer than 300 s, after which the Collector gives up by default. */
const outageSeconds = 330;

/** Every ten seconds, as the timeout is never longer than that, and so many programs at once are slow to start. */
const patient = { ...eager, OTEL_METRIC_EXPORT_INTERVAL: '10000', OTEL_METRIC_EXPORT_TIMEOUT: '10000' };

describe.skipIf(!hasLab || collector === undefined).concurrent('a backend', async () => {
  if (!hasLab || collector === undefined) return;
  const network = await startNetwork();
  const programs = await programsFor(sdkNames);

  it.each([
    {
      name: 'refuses-connections',
      away: (site: Site) => site.sink.disappear(),
      back: (site: Site) => site.sink.return(),
    },
    {
      name: 'answers-503',
      away: (site: Site) => site.sink.setMode({ kind: 'refuse', status: 503 }),
      back: (site: Site) => site.sink.setMode({ kind: 'accept' }),
    },
    {
      name: 'hangs',
      away: (site: Site) => site.sink.setMode({ kind: 'hang' }),
      back: (site: Site) => site.sink.setMode({ kind: 'accept' }),
    },
  ])(
    `that is away for ${outageSeconds} s costs nothing: $name`,
    async ({ name, away, back }) => {
      const site = await Site.start(network, { name, agent: baseAgent });
      await site.startApps(programs, patient);
      await sleep(3000);
      await away(site);
      await sleep(outageSeconds * 1000);
      await back(site);
      const accounts = await accountFor(site);
      say(`backend ${name} for ${outageSeconds} s under ${programs.length} SDK apps: ${totals(accounts)}`);
      expect(notWhole(accounts)).toEqual([]);
      expect(await unexplained(site, accounts, site.daemonSet.pods)).toEqual([]);
      for (const signal of signals) {
        const { accepted, refused, sent, dropped, refusedByLimiter } = await agentCounts(
          site.daemonSet.current,
          signal,
        );
        expect({ sent, refused, dropped, refusedByLimiter }).toEqual({
          sent: accepted,
          refused: 0,
          dropped: 0,
          refusedByLimiter: 0,
        });
      }
    },
    600_000,
  );
});
