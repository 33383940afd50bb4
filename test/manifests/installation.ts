import type { V1Container, V1MutatingWebhook, V1PodSpec } from '@kubernetes/client-node';
import { Command } from 'commander';
import { addSettingsOptions } from '../../src/commands/settings.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import { agentName } from '../../src/inject/names.ts';
import { type ApiObject, installedObjects } from './files.ts';
import { buildText, kubectl, withComponents } from './kustomize.ts';
import { Objects } from './objects.ts';

export const isOfAgent = ({ metadata }: ApiObject): boolean =>
  metadata.labels?.['app.kubernetes.io/name'] === agentName;

/** All objects of the webhook in one way to install, with the ones that rules ask for. The agent's: agent.ts. */
export class Installation extends Objects {
  constructor(title: string, components: readonly string[], objects: readonly ApiObject[]) {
    super(
      title,
      components,
      objects.filter((object) => !isOfAgent(object)),
    );
  }

  get pod(): V1PodSpec {
    return this.the('Deployment').spec?.template.spec as V1PodSpec;
  }

  get podLabels(): Record<string, string> {
    return this.the('Deployment').spec?.template.metadata?.labels ?? {};
  }

  get container(): V1Container {
    return this.pod.containers[0] as V1Container;
  }

  get webhook(): V1MutatingWebhook {
    return this.the('MutatingWebhookConfiguration').webhooks?.[0] as V1MutatingWebhook;
  }

  /** The settings that the container starts with: its ConfigMap and its arguments, read as the program reads them. */
  get settings(): Settings {
    const command = new Command('serve').exitOverride();
    addSettingsOptions(command);
    command.parse(this.container.args?.slice(1) ?? [], { from: 'user' });
    const text = this.the('ConfigMap').data?.['config.yaml'] ?? '';
    return loadSettings({ flags: command.opts(), file: { path: 'config.yaml', text } }).settings;
  }

  portNamed(name: unknown): number | undefined {
    return this.container.ports?.find((port) => port.name === name)?.containerPort;
  }
}

// Two builds hold every component once: what each makes by itself is seen in kustomize.test.ts.
const combinations = [['cert-manager', 'port-10250', 'aks'], ['host-network'], ['prefer-same-node'], ['host-ip']];

/** As the files have it, and where there is a kubectl, with the components. */
export const installations: readonly Installation[] = [
  new Installation('the files', ['env-from-config-maps'], installedObjects()),
  ...(kubectl === undefined ? [] : combinations).map(
    (names) =>
      new Installation(
        `kustomize with ${names.join(' and ')}`,
        ['env-from-config-maps', ...names],
        buildText(withComponents(names)),
      ),
  ),
];
