import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseQuantity } from '../../src/inject/quantity.ts';
import { type Agent, configFolder } from '../manifests/agent.ts';
import type { Place } from './network.ts';

export interface ContainerOptions {
  /** The keys of the Secret with the backend: endpoint, protocol, insecure, headers, collector.yaml. */
  readonly secret?: Readonly<Record<string, string>>;
  /** Further parts of the configuration, merged after all others. */
  readonly texts?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** There is an API server for k8s_attributes, of which `texts` and `env` tell it. Without, that processor is left out. */
  readonly hasApiServer?: boolean;
}

export interface Container {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Prepares the agent's container in a folder as the kubelet would: the files of its ConfigMap and its emptyDirs, and its
 * arguments and environment with the paths of that folder.
 */
export async function prepareContainer(
  agent: Agent,
  place: Place,
  folder: string,
  { secret = {}, texts = [], env = {}, hasApiServer = false }: ContainerOptions,
): Promise<Container> {
  const paths = [[configFolder, path.join(folder, 'config')], ...emptyDirs(agent, folder)] as const;
  const here = (text: string) => paths.reduce((result, [from, to]) => result.replaceAll(from, to), text);
  await Promise.all(paths.map(([, target]) => mkdir(target)));

  const files = Object.entries(agent.the('ConfigMap').data ?? {});
  const added = [adaptation(agent, hasApiServer), ...texts].map((text, i) => [`lab-${i}.yaml`, text] as const);
  const write = ([name, text]: readonly [string, string]) => writeFile(path.join(folder, 'config', name), here(text));
  await Promise.all([...files, ...added].map(write));
  const args = [...(agent.container.args ?? []), ...added.map(([name]) => `--config=file:${configFolder}/${name}`)];
  return { args: args.map(here), env: { ...environment(agent, place, secret), ...env } };
}

function emptyDirs(agent: Agent, folder: string): [string, string][] {
  const names = (agent.pod.volumes ?? []).filter(({ emptyDir }) => emptyDir).map(({ name }) => name);
  const mounts = (agent.container.volumeMounts ?? []).filter(({ name }) => names.includes(name));
  return mounts.map(({ name, mountPath }) => [mountPath, path.join(folder, name)]);
}

/**
 * What a process without a cgroup cannot have as in the cluster: a memory limit to take the percentages of; and, unless
 * there is one, the API server.
 */
export function adaptation(agent: Agent, hasApiServer: boolean): string {
  const limit = Number(parseQuantity(agent.container.resources?.limits?.['memory'])) / 2 ** 20;
  const { limit_percentage, spike_limit_percentage } = agent.config.processors.memory_limiter;
  const mebibytes = (percentage: number) => Math.round((limit * percentage) / 100);
  const memory_limiter = {
    limit_mib: mebibytes(limit_percentage),
    spike_limit_mib: mebibytes(spike_limit_percentage),
  };
  const pipelines = Object.entries(agent.config.service.pipelines).map(([name, { processors }]) => {
    return [name, { processors: processors.filter((one) => hasApiServer || one !== 'k8s_attributes') }];
  });
  return JSON.stringify({ processors: { memory_limiter }, service: { pipelines: Object.fromEntries(pipelines) } });
}

function environment(agent: Agent, place: Place, secret: Readonly<Record<string, string>>): Record<string, string> {
  const fields: Readonly<Record<string, string>> = { 'spec.nodeName': place.node, 'status.podIP': place.ip };
  const entries = (agent.container.env ?? []).flatMap(({ name, value, valueFrom }) => {
    const given = value ?? fields[valueFrom?.fieldRef?.fieldPath ?? ''] ?? secret[valueFrom?.secretKeyRef?.key ?? ''];
    if (given === undefined && valueFrom?.secretKeyRef?.optional !== true) throw new Error(`no value for ${name}`);
    return given === undefined ? [] : [[name, given] as const];
  });
  return Object.fromEntries(entries);
}
