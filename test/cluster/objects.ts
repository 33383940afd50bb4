import { annotationNames } from '../../src/inject/names.ts';
import { hookName } from '../../src/kube/access.ts';
import type { ControlPlane } from './control-plane.ts';

/** Deletes a namespace at once: without the namespace controller nobody else takes its finalizer away. */
export async function deleteNamespace(plane: ControlPlane, name: string): Promise<void> {
  const ended = await plane.admin.call('DELETE', `/api/v1/namespaces/${name}`);
  await plane.admin.call('PUT', `/api/v1/namespaces/${name}/finalize`, { ...ended, spec: { finalizers: [] } });
}

/** A MutatingWebhookConfiguration, as far as it is looked at. */
export interface Hook {
  readonly webhooks: readonly { readonly name: string; readonly clientConfig: object }[];
}

/** Our hook with two webhooks that never apply. */
export function hookOf(namespace: string) {
  const webhook = (name: string) => ({
    name,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    matchConditions: [{ name: 'never', expression: 'false' }],
    clientConfig: { service: { namespace, name: 'webhook', path: '/mutate-pods' } },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
  });
  return { metadata: { name: hookName }, webhooks: [webhook('a.nodelocal-otlp.dev'), webhook('b.nodelocal-otlp.dev')] };
}

/** A pod of one container, as small as it can be. */
export function podOf(name: string, container: object = {}, more: { metadata?: object; spec?: object } = {}) {
  const containers = [{ name: 'app', image: 'registry.example.com/app:1', ...container }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more.metadata }, spec: { containers, ...more.spec } };
}

interface Injection {
  readonly version: string;
  readonly config: string;
  readonly skipped?: string;
  readonly containers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What our annotation on a pod says; undefined where there is none. */
export function injectionOf(pod: unknown): Injection | undefined {
  const { metadata } = pod as { metadata?: { annotations?: Record<string, string> } };
  const text = metadata?.annotations?.[annotationNames.injected];
  return text === undefined ? undefined : (JSON.parse(text) as Injection);
}
