import { keep } from '../keep.ts';
import { Agent } from '../manifests/agent.ts';
import { installedObjects } from '../manifests/files.ts';
import { collectorBinary } from './binary.ts';
import { Backend } from './backend.ts';
import { kubectl, noKubectl } from '../manifests/kustomize.ts';
import { type AgentOptions, RunningAgent } from './running-agent.ts';

const binary = await collectorBinary((line) => process.stderr.write(`${line}\n`));
if ('missing' in binary) process.stderr.write(`Collector tests skipped: ${binary.missing}\n`);

if (kubectl === undefined) process.stderr.write(`Collector tests of components skipped: ${noKubectl}\n`);

/** The Collector to test with; undefined when there is none, which has been said. */
export const collector: string | undefined = 'file' in binary ? binary.file : undefined;

/** The agent as the files have it, without any component. */
export const baseAgent = new Agent('the files', [], installedObjects());

/** One plain line for people, in the output of the run. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A running agent that ends with the tests of this file. */
export const startAgent = async (options: AgentOptions): Promise<RunningAgent> =>
  keep(await RunningAgent.start(collector ?? '', options));

/** A backend that ends with the tests of this file. */
export const startBackend = async (): Promise<Backend> => keep(await Backend.start());

/** The texts of an agent's configuration with another folder for its files, if it has any. */
export const textsOf = (agent: Agent, folder: string): string[] =>
  agent.configTexts.map((text) => text.replaceAll('/var/lib/nodelocal-otlp', folder));
