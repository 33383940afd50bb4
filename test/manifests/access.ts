import type { V1PolicyRule } from '@kubernetes/client-node';
import { webhookAccess } from '../../src/kube/access.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { Installation } from './installation.ts';

/** One thing that is allowed, or done: `own watch secrets nodelocal-otlp-ca`, `cluster get configmaps *`. */
export type Grant = string;

const grant = (scope: string, verb: string, group: string, plural: string, name = '*'): Grant =>
  `${scope} ${verb} ${group === '' ? plural : `${plural}.${group}`} ${name}`;

function grantsOf(scope: string, rules: readonly V1PolicyRule[]): Grant[] {
  return rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = ['*'] }) =>
    verbs.flatMap((verb) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((plural) => resourceNames.map((name) => grant(scope, verb, group, plural, name))),
      ),
    ),
  );
}

/**
 * What the webhook's ServiceAccount may do, through the bindings that name it. @throws when a binding leads nowhere or
 * gives something to somebody else.
 */
export function granted(all: Installation): Grant[] {
  const account = all.the('ServiceAccount').metadata;
  const bindings = [...all.all('ClusterRoleBinding'), ...all.all('RoleBinding')];
  return bindings
    .flatMap(({ kind = '', roleRef, subjects = [], metadata }) => {
      const [subject, ...others] = subjects;
      const ours = subject?.kind === 'ServiceAccount' && subject.name === account?.name;
      if (!ours || subject.namespace !== account?.namespace || others.length > 0) {
        throw new Error(`${kind} ${metadata?.name} is not for ${account?.name} alone`);
      }
      const wanted = kind === 'RoleBinding' ? 'Role' : 'ClusterRole';
      const role = all.all(wanted).find((candidate) => candidate.metadata?.name === roleRef.name);
      if (roleRef.kind !== wanted || role === undefined) throw new Error(`${kind} ${metadata?.name}: no such role`);
      return grantsOf(kind === 'RoleBinding' ? 'own' : 'cluster', role.rules ?? []);
    })
    .sort();
}

/** What the code asks the API server for with these settings. */
export function used(settings: Settings): Grant[] {
  const filesOnly = ['secrets', 'mutatingwebhookconfigurations'];
  return webhookAccess(settings.endpoint.service)
    .filter(({ resource }) => settings.tls.certFile === '' || !filesOnly.includes(resource.plural))
    .flatMap(({ resource, verbs, scope, name }) =>
      verbs.map((verb) => grant(scope, verb, resource.group, resource.plural, name)),
    )
    .sort();
}
