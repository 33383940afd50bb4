import { helperNames, resourceAttributesVariable } from './names.ts';
import type { EnvVar } from './pod.ts';

const fields: readonly { readonly attribute: string; readonly helper: string; readonly fieldPath: string }[] = [
  { attribute: 'k8s.pod.uid', helper: helperNames.podUid, fieldPath: 'metadata.uid' },
  { attribute: 'k8s.pod.name', helper: helperNames.podName, fieldPath: 'metadata.name' },
  { attribute: 'k8s.namespace.name', helper: helperNames.namespace, fieldPath: 'metadata.namespace' },
  { attribute: 'k8s.node.name', helper: helperNames.nodeName, fieldPath: 'spec.nodeName' },
];

/**
 * The variables that tell the agent which pod and container this is, helpers first. The attribute names are
 * those of the OpenTelemetry semantic conventions for Kubernetes resources.
 */
export function identityVariables(containerName: string): EnvVar[] {
  const helpers = fields.map(({ helper, fieldPath }) => ({
    name: helper,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
  }));
  const attributes = fields.map(({ attribute, helper }) => `${attribute}=$(${helper})`);
  // Percent-encoding as the specification of OTEL_RESOURCE_ATTRIBUTES asks; it also disarms `$(`.
  attributes.push(`k8s.container.name=${encodeURIComponent(containerName.toWellFormed())}`);
  return [...helpers, { name: resourceAttributesVariable, value: attributes.join(',') }];
}
