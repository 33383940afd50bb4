import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { Network } from '../lab/network.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { Agent, agentWith } from '../manifests/agent.ts';
import { kubectl, noKubectl } from '../manifests/kustomize.ts';
import { accountFor, rollOut, totals } from './rollouts.ts';
import { eager, type NamedProgram, programsFor, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

const names = ['node-http', 'python-grpc', 'go-http'] as const;

/** From the beginning of the outage. Some 8 s later the old agent's preStop begins, and with the base's 15 s it ends before the outage. */
const rolloutAtSeconds = 5;
const outageSeconds = 60;
/** In the place of the 600 s of `patient-rollout`: this outage is as much shorter than those that it is made for. */
const patientSeconds = 70;

interface Way {
  readonly name: string;
  readonly agent: Agent;
  readonly texts?: readonly string[];
  /** Sends to an agent of the same kind that stays, and that sends to the backend. */
  readonly gateway?: boolean;
}

const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-node-'));
afterAll(() => rm(folder, { recursive: true }));

function waysToRoll(): Way[] {
  const persistent = agentWith(['persistent-queue']);
  const ofTheNode = `extensions: {file_storage/queues: {directory: ${folder}, compaction: {directory: ${folder}}}}`;
  return [
    { name: 'memory (base)', agent: baseAgent },
    { name: 'files of the pod (persistent-queue)', agent: persistent },
    { name: `preStop that outlasts it (patient-rollout, ${patientSeconds} s)`, agent: patient() },
    { name: 'files of the node, no surge', agent: withoutSurge(persistent), texts: [ofTheNode] },
    { name: 'a gateway behind the agents', agent: baseAgent, gateway: true },
  ];
}

const copyOf = ({ title, components, objects }: Agent): Agent => new Agent(title, components, structuredClone(objects));

function patient(): Agent {
  const agent = copyOf(agentWith(['patient-rollout']));
  const { sleep: preStop } = agent.container.lifecycle?.preStop ?? {};
  if (preStop?.seconds !== 600) throw new Error('patient-rollout sleeps otherwise than this test thinks');
  preStop.seconds = patientSeconds;
  return agent;
}

/** Two agents cannot have the same files open, so the old one has to go first. */
function withoutSurge(agent: Agent): Agent {
  const copy = copyOf(agent);
  Object.assign(copy.the('DaemonSet').spec?.updateStrategy ?? {}, {
    rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
  });
  return copy;
}

/** One row of the table: what was lost of the telemetry of a node that had a rollout in an outage. */
async function lossOf(network: Network, way: Way, number: number, programs: readonly NamedProgram[]) {
  const { name, agent, texts = [], gateway = false } = way;
  const behind = gateway ? await Site.start(network, { name: 'gateway', agent }) : undefined;
  const secret = behind && { endpoint: `http://${behind.service.name}:4318` };
  const site = await Site.start(network, { name: `way-${number}`, agent, texts, ...(secret && { secret }) });
  const { sink } = behind ?? site;
  const apps = await site.startApps(programs, eager);
  await sleep(3000);
  await sink.disappear();
  const outage = sleep(outageSeconds * 1000).then(() => sink.return());
  await sleep(rolloutAtSeconds * 1000);
  const { ended } = await rollOut(site, 1);
  await outage;
  await behind?.drained();
  const accounts = await accountFor(site, apps, behind);
  const lost = accounts.reduce((sum, one) => sum + one.lost.length, 0);
  const produced = accounts.reduce((sum, one) => sum + one.produced, 0);
  const percent = ((100 * lost) / produced).toFixed(1);
  const drain = ended[0]?.drainSeconds.toFixed(1);
  return { lost, line: `${name.padEnd(50)} ${percent.padStart(5)} % lost, drained in ${drain} s: ${totals(accounts)}` };
}

describe.skipIf(!hasLab || collector === undefined)('a rollout while the backend is away', () => {
  it('loses the memory queue, or nothing', async ({ skip }) => {
    if (kubectl === undefined) return skip(noKubectl);
    const network = await startNetwork();
    const programs = await programsFor(names);
    const rows = await Promise.all(waysToRoll().map((way, i) => lossOf(network, way, i, programs)));
    say(`backend away for ${outageSeconds} s, rollout after ${rolloutAtSeconds} s:`);
    for (const { line } of rows) say(`  ${line}`);
    const [memory, , patience, , gateway] = rows.map(({ lost }) => lost);
    expect(memory).toBeGreaterThan(0);
    expect([patience, gateway]).toEqual([0, 0]);
  }, 300_000);
});
