import type { V1Container, V1PodSpec, V1Service } from '@kubernetes/client-node';
import { type CollectorConfig, mergedConfig } from './collector-config.ts';
import { type ApiObject, installedObjects } from './files.ts';
import { Installation, isOfAgent } from './installation.ts';
import { buildText, kubectl, withComponents } from './kustomize.ts';
import { Objects } from './objects.ts';

/** Where the container finds its ConfigMap. */
export const configFolder = '/etc/nodelocal-otlp';

/** All objects of the agent in one way to install, with the ones that rules ask for, and the webhook that belongs to it. */
export class Agent extends Objects {
  readonly webhook: Installation;
  readonly namespace: ApiObject | undefined;

  constructor(title: string, components: readonly string[], objects: readonly ApiObject[]) {
    super(title, components, objects.filter(isOfAgent));
    this.webhook = new Installation(title, components, objects);
    this.namespace = objects.find(({ kind }) => kind === 'Namespace');
  }

  get pod(): V1PodSpec {
    return this.the('DaemonSet').spec?.template.spec as V1PodSpec;
  }

  get container(): V1Container {
    return this.pod.containers[0] as V1Container;
  }

  /** The Services that lead to the agent, without the aliases in other namespaces. */
  get services(): V1Service[] {
    return this.all('Service').filter(({ spec }) => spec?.type !== 'ExternalName');
  }

  /** The texts of the configuration, in the order in which the Collector merges them; what the Secret adds is left out. */
  get configTexts(): string[] {
    const data = this.the('ConfigMap').data ?? {};
    const files = (this.container.args ?? []).flatMap((arg) => {
      const name = new RegExp(`^--config=file:${configFolder}/(.+)$`).exec(arg)?.[1];
      return name === undefined ? [] : [name];
    });
    const unused = Object.keys(data).filter((name) => !files.includes(name));
    if (unused.length > 0) throw new Error(`in the ConfigMap and not in the arguments: ${unused.join()}`);
    return files.map((name) => data[name] ?? '');
  }

  get config(): CollectorConfig {
    return mergedConfig(this.configTexts);
  }
}

export const agentComponents = [
  'prefer-same-node',
  'legacy-names',
  'http-keep-alive',
  'persistent-queue',
  'patient-rollout',
  'delta',
  'istio',
];

export const agentWith = (names: readonly string[]): Agent =>
  new Agent(`kustomize with ${names.join(' and ')}`, names, buildText(withComponents(names)));

/** As the files have it, and where there is a kubectl, with the components: those that go together, and the other one. */
export const agents: readonly Agent[] = [
  new Agent('the files', [], installedObjects()),
  ...(kubectl === undefined ? [] : [agentComponents, ['host-ip']]).map(agentWith),
];

/** With each component alone, and with all that go together. Takes some seconds, so only where it is asked for. */
export const everyAgent = (): Agent[] => [
  ...agents,
  ...(kubectl === undefined ? [] : agentComponents.map((name) => agentWith([name]))),
];
