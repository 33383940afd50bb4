import type { ApiObject } from '../manifests/files.ts';
import { granted } from '../manifests/access.ts';
import { Installation as Manifests } from '../manifests/installation.ts';
import type { AuditEvent } from './audit.ts';
import { authoritySecretName } from '../../src/kube/access.ts';
import type { ControlPlane } from './control-plane.ts';
import { account, namespace } from './installation.ts';

export interface AuditedAccess {
  /** How many requests the webhook's ServiceAccount made. */
  readonly requests: number;
  /** Those that no rule of the manifests grants, whatever the API server answered. */
  readonly beyond: readonly string[];
  /** What the manifests grant and nobody asked for. */
  readonly unused: readonly string[];
  /** Creations for which the API server called our hook in vain. */
  readonly failedOpen: number;
  /** Names of Secrets that were read or written. */
  readonly secrets: readonly string[];
}

/** Compares what the API server's audit log has of the webhook's ServiceAccount with the RBAC in the manifests. */
export async function auditedAccess(plane: ControlPlane, objects: readonly ApiObject[]): Promise<AuditedAccess> {
  const user = `system:serviceaccount:${namespace}:${account}`;
  const all = await plane.auditEvents();
  const events = all.filter((event) => event.user === user);
  const grants = granted(new Manifests('applied', [], objects.filter(concernsUs)));
  const grantFor = (event: AuditEvent) => grants.find((grant) => covers(grant, event));
  const used = new Set(events.map(grantFor));
  const secrets = events.filter(({ resource }) => resource === 'secrets');
  return {
    requests: events.length,
    beyond: [...new Set(events.filter((event) => grantFor(event) === undefined).map(describe))].sort(),
    failedOpen: all.filter(({ annotations }) => Object.keys(annotations).some(isFailedOpen)).length,
    unused: grants.filter((grant) => !used.has(grant)),
    // The name of one that is created stands in its body, which the log does not have.
    secrets: [...new Set(secrets.map(({ name, verb }) => name || (verb === 'create' ? authoritySecretName : 'any')))],
  };
}

/** https://kubernetes.io/docs/reference/labels-annotations-taints/audit-annotations/ */
function isFailedOpen(annotation: string): boolean {
  return annotation.startsWith('failed-open.mutation.webhook.admission.k8s.io/');
}

/** Neither the accounts of others nor what they are given. */
function concernsUs(object: ApiObject): boolean {
  const { kind, metadata, subjects } = object as ApiObject & {
    readonly subjects?: readonly { readonly name: string }[];
  };
  if (kind === 'ServiceAccount') return metadata.name === account;
  return subjects === undefined || subjects.some(({ name }) => name === account);
}

/** `own watch secrets nodelocal-otlp-ca`, see test/manifests/access.ts. */
function covers(grant: string, { namespace: where, verb, group, resource, subresource, name }: AuditEvent): boolean {
  const [scope, itsVerb, itsResource, itsName] = grant.split(' ');
  const plural = `${resource}${group === '' ? '' : `.${group}`}${subresource === '' ? '' : `/${subresource}`}`;
  const inScope = scope === 'cluster' || where === namespace;
  return inScope && itsVerb === verb && itsResource === plural && (itsName === '*' || itsName === name);
}

function describe({ verb, group, resource, subresource, namespace: where, name, uri }: AuditEvent): string {
  return `${verb} ${group}/${resource}/${subresource} ${name} in ${where || 'the cluster'}: ${uri.split('?')[0]}`;
}
