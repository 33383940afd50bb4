import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, agents } from '../manifests/agent.ts';
import { adaptation, prepareContainer } from './agent-container.ts';

const [agent] = agents as readonly [Agent];
const place = { ip: '10.77.1.1', node: 'node-1' } as never;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-container-'));
});
afterEach(() => rm(folder, { recursive: true }));

const filesOf = (args: readonly string[]) =>
  args.flatMap((arg) => /^--config=file:(.*)$/.exec(arg)?.[1] ?? []).map((file) => readFile(file, 'utf8'));

describe("an agent's container in the lab", () => {
  it('has the arguments and files of the manifests, then what the lab changes', async () => {
    const { args } = await prepareContainer(agent, place, folder, { texts: ['extra: 1'] });
    const own = (agent.container.args ?? []).map((arg) => arg.replace('/etc/nodelocal-otlp', `${folder}/config`));
    expect(args.slice(0, own.length)).toEqual(own);
    expect(await Promise.all(filesOf(args))).toEqual([...agent.configTexts, adaptation(agent, false), 'extra: 1']);
  });

  it('has the environment of the manifests, and of the Secret what is in it', async () => {
    const secret = { endpoint: 'http://backend:4318' };
    const { env } = await prepareContainer(agent, place, folder, { secret });
    expect(env).toEqual({
      K8S_NODE_NAME: 'node-1',
      GOMEMLIMIT: expect.stringMatching(/^\d+MiB$/) as string,
      NODELOCAL_OTLP_BACKEND_ENDPOINT: 'http://backend:4318',
    });
  });

  it('has the memory limit in numbers, and no k8s_attributes where there is no API server', () => {
    const without = parse(adaptation(agent, false)) as typeof agent.config;
    expect(without.processors.memory_limiter).toEqual({ limit_mib: 691, spike_limit_mib: 77 });
    expect(without.service.pipelines['traces']?.processors).toEqual(['memory_limiter']);
    const given = parse(adaptation(agent, true)) as typeof agent.config;
    expect(given.service.pipelines['traces']?.processors).toEqual(['memory_limiter', 'k8s_attributes']);
  });

  const persistent = agents.find(({ components }) => components.includes('persistent-queue'));
  it.skipIf(persistent === undefined)('has folders of its own for its emptyDirs', async () => {
    const { args } = await prepareContainer(persistent as Agent, place, folder, {});
    const texts = (await Promise.all(filesOf(args))).join('\n');
    expect(texts).toContain(`directory: ${folder}/queues`);
    expect(texts).not.toContain('/var/lib/nodelocal-otlp');
  });
});
