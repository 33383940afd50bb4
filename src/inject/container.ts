import { detectLanguage } from '../retry/evidence.ts';
import type { Protocol } from '../retry/language.ts';
import { retryVariables } from '../retry/variables.ts';
import type { AddedVariable, ContainerDecision, PodFacts } from './decide.ts';
import { chooseMode, type Endpoint, endpointFor } from './endpoint.ts';
import { type Environment, resolveEnvironment } from './environment.ts';
import { identityVariables } from './identity.ts';
import { jvmProxySkip } from './jvm-proxy.ts';
import { endpointVariable, helperPrefix, protocolVariable, resourceAttributesVariable } from './names.ts';
import type { Overrides } from './overrides.ts';
import { parseQuantity } from './quantity.ts';
import type { Container, ContainerList, EnvVar, Pod } from './pod.ts';
import { chooseProtocol } from './protocol.ts';
import { proxiedSkip } from './proxy.ts';
import { excludedSkip } from './select.ts';
import type { InjectionSettings } from './settings.ts';
import { managedByArguments, managedByVariables, type Skip } from './user-managed.ts';

export interface PodContext {
  readonly pod: Pod;
  readonly overrides: Overrides;
  /** Names that our annotation on the pod lists as injected. */
  readonly injectedBefore: ReadonlySet<string>;
  readonly facts: PodFacts;
  readonly settings: InjectionSettings;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Outcome = DistributiveOmit<ContainerDecision, 'name' | 'list' | 'index'>;

/** Decides for one container. The first reason that applies is the one that is named. */
export function decideContainer(
  container: Container,
  list: ContainerList,
  index: number,
  context: PodContext,
): Outcome {
  const { pod, settings, overrides, facts } = context;
  const excluded = excludedSkip(container, settings.exclude, overrides);
  if (excluded) return skip(excluded);

  // An endpoint that an earlier call of ours wrote is not a user's.
  const own = context.injectedBefore.has(container.name) ? ownEndpoint(container) : undefined;
  // Where it would not be injected now, it is its user's after all: the next call, which reads `skipped`, has to say the same.
  const changed: Skip = {
    reason: 'user-endpoint',
    detail: `${endpointVariable} in env, changed since it was injected`,
  };
  const skipUnlessOwn = (found: Skip) => skip(own && found.reason !== 'config-file' ? changed : found);
  const env = container.env ?? [];
  const environment = resolveEnvironment(container, facts.configMap, own ? env.filter((entry) => entry !== own) : env);
  const managed =
    managedByVariables(environment) ??
    managedByArguments(container, environment) ??
    unseenSkip(environment, overrides.envFromUnseen ?? settings.envFrom.unseen);
  if (managed) return skipUnlessOwn(managed);

  const user = (name: string) => environment.settings.get(name);
  const annotations = pod.metadata?.annotations ?? {};
  const isFirst = list === 'containers' && index === 0;
  const finding = detectLanguage(container, annotations, overrides.language(container.name), { isFirst, user });
  const chosen = chooseProtocol(environment, finding.language, overrides.protocol, settings.protocol);
  if ('reason' in chosen) return skipUnlessOwn(chosen);
  const { protocol } = chosen;
  const { mode, by } = chooseMode(overrides.endpoint, settings.endpoint.mode, pod.spec);
  const endpoint = endpointFor(mode, protocol, settings.endpoint, facts.clusterIPs);
  if (endpoint === undefined) return skipUnlessOwn({ reason: 'cluster-ip-unknown' });
  const proxied =
    proxiedSkip(environment, protocol, endpoint.host, endpoint.port) ??
    jvmProxySkip(container, environment, endpoint.host);
  if (proxied) return skipUnlessOwn(proxied);

  const retry = retryVariables({
    finding,
    protocol,
    settings: settings.retry,
    user,
    noneSet: !environment.hasOtel,
    ...memoryLimitOf(container),
    runToCompletion: runsToCompletion(container, list, pod),
    graceSeconds: pod.spec.terminationGracePeriodSeconds ?? 30,
  });
  const wanted = [
    ...endpointVariables(endpoint, chosen.by === 'variable' ? undefined : protocol),
    ...retry.variables.map(({ name, value, origin, purpose }) => ({ entry: { name, value }, origin, purpose })),
    ...(wantsIdentity(settings.identity, environment, pod) ? identityOf(container, pod) : []),
  ];
  const add = wanted.filter(({ entry }) => !env.some((existing) => isSameHelper(existing, entry)));
  if (own) {
    if (own.value !== endpoint.url || endpoint.helpers.some((helper) => !env.some((e) => isSameHelper(e, helper)))) {
      return skip(changed);
    }
    add.splice(
      add.findIndex(({ entry }) => entry.name === endpointVariable),
      1,
    );
  }
  const taken = add.find(({ entry }) => entry.name.startsWith(helperPrefix) && environment.settings.has(entry.name));
  if (taken) return skipUnlessOwn({ reason: 'helper-name-taken', detail: taken.entry.name });

  return {
    outcome: own && add.length === 0 ? 'unchanged' : 'injected',
    choice: {
      protocol,
      ...(finding.language !== undefined && { language: finding.language }),
      endpoint: mode,
      ...(environment.unseen.length > 0 && { unseen: environment.unseen }),
    },
    chosenBy: { protocol: chosen.by, endpoint: by },
    url: endpoint.url,
    add,
    finding,
    outlook: retry.outlook,
  };
}

function skip({ reason, detail }: Skip): Outcome {
  return { outcome: 'skipped', reason, ...(detail !== undefined && { detail }) };
}

function unseenSkip({ unseen }: Environment, policy: 'inject' | 'skip'): Skip | undefined {
  return policy === 'skip' && unseen.length > 0 ? { reason: 'env-from-unseen', detail: unseen.join(', ') } : undefined;
}

/** The container's one literal endpoint entry; undefined when there is none, or more than one. */
function ownEndpoint(container: Container): EnvVar | undefined {
  const [entry, ...more] = (container.env ?? []).filter(({ name }) => name === endpointVariable);
  return more.length === 0 && typeof entry?.value === 'string' ? entry : undefined;
}

/** Init containers and the pods of Jobs, which the API server only takes with another restartPolicy than Always. */
function runsToCompletion(container: Container, list: ContainerList, pod: Pod): boolean {
  if ((pod.spec.restartPolicy ?? 'Always') !== 'Always') return true;
  return list === 'initContainers' && container.restartPolicy !== 'Always';
}

function memoryLimitOf(container: Container): { memoryLimitBytes?: number } {
  const memoryLimitBytes = parseQuantity(container.resources?.limits?.['memory']);
  return memoryLimitBytes === undefined ? {} : { memoryLimitBytes };
}

function endpointVariables(endpoint: Endpoint, protocol: Protocol | undefined): AddedVariable[] {
  const variables: AddedVariable[] = endpoint.helpers.map((entry) => ({
    entry,
    origin: 'helper',
    purpose: 'The address of the node, for the endpoint to refer to.',
  }));
  variables.push({
    entry: { name: endpointVariable, value: endpoint.url },
    origin: 'endpoint',
    purpose: 'The collector on the same node.',
  });
  if (protocol !== undefined) {
    variables.push({
      entry: { name: protocolVariable, value: protocol },
      origin: 'endpoint',
      purpose: `What port ${endpoint.port} speaks.`,
    });
  }
  return variables;
}

/** The agent can't tell a hostNetwork pod by the IP of its connection: that is the node's. */
function wantsIdentity(setting: InjectionSettings['identity'], environment: Environment, pod: Pod): boolean {
  if (environment.settings.has(resourceAttributesVariable)) return false;
  return setting === 'always' || (setting === 'auto' && pod.spec.hostNetwork === true);
}

function identityOf(container: Container, { spec }: Pod): AddedVariable[] {
  const unlike = spec.hostNetwork === true ? ', because its address is that of the node' : '';
  const purpose = `Tells the agent which pod this is${unlike}.`;
  return identityVariables(container.name).map((entry) => ({ entry, origin: 'identity', purpose }));
}

/** Whether an entry is the very helper that we would write, from an earlier call. */
function isSameHelper(existing: EnvVar, wanted: EnvVar): boolean {
  return (
    wanted.name.startsWith(helperPrefix) &&
    existing.name === wanted.name &&
    JSON.stringify(existing) === JSON.stringify(wanted)
  );
}
