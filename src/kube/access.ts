import { configMaps, mutatingHooks, namespaces, type Resource, secrets, services, type Verb } from './resources.ts';

/** The Secret that holds the webhook's own CA; made and repaired by the webhook. */
export const authoritySecretName = 'nodelocal-otlp-ca';
/** Our MutatingWebhookConfiguration. */
export const hookName = 'nodelocal-otlp';

export interface Access {
  readonly resource: Resource;
  readonly verbs: readonly Verb[];
  /** `own`: in the webhook's namespace only, by a Role. */
  readonly scope: 'cluster' | 'own';
  /** Limited to this object (resourceNames). */
  readonly name?: string;
  /** An admin may leave it out; the webhook then says what it can't see. */
  readonly optional?: true;
}

/**
 * Every call that `serve` makes to the API server; the RBAC it is given grants this and nothing more.
 *
 * `create` stands apart because the API server cannot limit it to a name: it decides before it knows one
 * (https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources). A list or watch with the
 * field selector metadata.name=X counts as one of the object X.
 *
 * @param service the uniform Service, in the webhook's own namespace
 */
export function webhookAccess(service: string): readonly Access[] {
  return [
    { resource: namespaces, verbs: ['list', 'watch'], scope: 'cluster' },
    { resource: mutatingHooks, verbs: ['list', 'watch', 'patch'], scope: 'cluster', name: hookName },
    { resource: configMaps, verbs: ['get'], scope: 'cluster', optional: true },
    { resource: services, verbs: ['list', 'watch'], scope: 'own', name: service },
    { resource: secrets, verbs: ['list', 'watch', 'patch'], scope: 'own', name: authoritySecretName },
    { resource: secrets, verbs: ['create'], scope: 'own' },
  ];
}
