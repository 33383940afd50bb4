import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { agentWith } from '../manifests/agent.ts';
import { kubectl } from '../manifests/kustomize.ts';
import { rollOut } from './rollouts.ts';
import { eager, programsFor, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

const names = ['node-http', 'python-grpc', 'go-http'] as const;
const rollouts = 2;
const bySdk = { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };

const component = kubectl === undefined ? [] : [agentWith(['delta'])];
const ways = [
  ...component.flatMap((agent) =>
    ['auto', 'keep', 'drop'].map((initial) => {
      return { name: initial, agent, texts: [`processors: {cumulativetodelta: {initial_value: ${initial}}}`], env: {} };
    }),
  ),
  { name: 'by-the-sdk', agent: baseAgent, texts: [], env: bySdk },
];

describe.skipIf(!hasLab || collector === undefined).concurrent('a counter as deltas', async () => {
  if (!hasLab || collector === undefined) return;
  const network = await startNetwork();

  it.each(ways)(
    `through ${rollouts} rollouts: $name`,
    async ({ name, agent, texts, env }) => {
      const site = await Site.start(network, { name: `delta-${name}`, agent, texts });
      const apps = await site.startApps(await programsFor(names), { ...eager, ...env });
      await sleep(5000);
      await rollOut(site, rollouts);
      await sleep(3000);
      const finished = await Promise.all(apps.map((app) => app.stop()));
      await site.drained();
      const points = (await site.sink.points()).filter((point) => point.name === 'lab.count');
      expect(new Set(points.map(({ temporality }) => temporality))).toEqual(new Set(['delta']));
      const sums = apps.map(({ service }) =>
        points.filter((point) => point.service === service).reduce((sum, { value = 0 }) => sum + value, 0),
      );
      const errors = finished.map(({ count }, i) => (sums[i] ?? 0) - count);
      const counted = finished.map(({ count }, i) => `${apps[i]?.service} ${sums[i]} of ${count} (${errors[i]})`);
      say(`counter through ${rollouts} rollouts, deltas ${name}: ${counted.join(', ')}`);
      if (name === 'by-the-sdk') expect(errors).toEqual(errors.map(() => 0));
      // What an agent has not seen before it takes for new, so that all of it is counted once more.
      if (name === 'keep') expect(Math.min(...errors)).toBeGreaterThan(0);
    },
    120_000,
  );
});
