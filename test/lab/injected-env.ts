import { loadSettings } from '../../src/config/load.ts';
import { type AddedVariable, decidePod } from '../../src/inject/decide.ts';
import { annotationNames } from '../../src/inject/names.ts';
import type { EnvVar, Pod } from '../../src/inject/pod.ts';
import type { InjectionSettings } from '../../src/inject/settings.ts';

/** A pod with one container, as its user wrote it. */
export interface AppPod {
  readonly name: string;
  readonly node: string;
  readonly ip: string;
  /** For the annotation. */
  readonly language: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  readonly namespace?: string;
  readonly uid?: string;
}

export interface Injection {
  /** `endpoint-only`: the variables that lead to the agent and no others, so that the SDK keeps its defaults. */
  readonly variables: 'all' | 'endpoint-only';
  readonly settings?: InjectionSettings;
  /** Of the Service. */
  readonly clusterIps?: readonly string[];
}

/** The environment of the container after injection by the real rules. @throws with the reason when they skip it */
export function injectedEnv(app: AppPod, { variables, settings, clusterIps = [] }: Injection): Record<string, string> {
  const env = Object.entries(app.env).map(([name, value]) => ({ name, value }));
  const spec = {
    containers: [{ name: 'app', env }],
    ...(app.hostNetwork && { hostNetwork: true }),
  };
  const pod = { metadata: { name: app.name, annotations: { [annotationNames.language]: app.language } }, spec };
  const added = addedTo(pod, settings ?? loadSettings({}).settings, clusterIps);
  const chosen = added.filter(({ origin }) => variables === 'all' || origin === 'endpoint');
  return chosen.reduce((before, { entry }) => ({ ...before, [entry.name]: valueOf(entry, app, before) }), app.env);
}

/** What the real rules add to the one container of a pod. @throws with the reason when they skip it */
export function addedTo(
  pod: Pod,
  settings: InjectionSettings,
  clusterIPs: readonly string[],
): readonly AddedVariable[] {
  const facts = { namespaceAnnotations: {}, clusterIPs, configMap: () => undefined };
  const { skipped, containers } = decidePod(pod, facts, settings, { version: 'lab', config: 'lab' });
  const [decision] = containers;
  if (decision !== undefined && decision.outcome !== 'skipped') return decision.add;
  throw new Error(`the pod ${pod.metadata?.name ?? ''} is skipped: ${decision?.reason ?? skipped}`);
}

/** As the kubelet: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
function valueOf({ name, value, valueFrom }: EnvVar, app: AppPod, before: Readonly<Record<string, string>>): string {
  const { fieldPath } = (valueFrom?.['fieldRef'] ?? {}) as { fieldPath?: string };
  const found = value?.replaceAll(/\$\(([\w.-]+)\)/g, (all, other: string) => before[other] ?? all);
  const result = found ?? downwardApi(app)[fieldPath ?? ''];
  if (result === undefined) throw new Error(`no value for ${name}`);
  return result;
}

const downwardApi = ({ name, node, ip, namespace, uid }: AppPod): Readonly<Record<string, string>> => ({
  'metadata.name': name,
  'metadata.namespace': namespace ?? 'default',
  'metadata.uid': uid ?? `uid-of-${name}`,
  'spec.nodeName': node,
  'status.podIP': ip,
});
