/**
 * The names that other people's manifests, dashboards and scripts depend on. They are forever: same
 * shape for all, and they stand in this file only.
 */
export const injectLabel = 'nodelocal-otlp.dev/inject';

export const annotationNames = {
  protocol: 'nodelocal-otlp.dev/protocol',
  language: 'nodelocal-otlp.dev/language',
  endpoint: 'nodelocal-otlp.dev/endpoint',
  containers: 'nodelocal-otlp.dev/containers',
  excludeContainers: 'nodelocal-otlp.dev/exclude-containers',
  envFromUnseen: 'nodelocal-otlp.dev/env-from-unseen',
  injected: 'nodelocal-otlp.dev/injected',
} as const;

/** `app.kubernetes.io/name` of the agent's pods. */
export const agentName = 'nodelocal-otlp-agent';

export const helperPrefix = 'NODELOCAL_OTLP_';

/** Variables that exist only so that a later one can refer to them as `$(NAME)`. */
export const helperNames = {
  hostIp: 'NODELOCAL_OTLP_HOST_IP',
  podUid: 'NODELOCAL_OTLP_POD_UID',
  podName: 'NODELOCAL_OTLP_POD_NAME',
  namespace: 'NODELOCAL_OTLP_NAMESPACE',
  nodeName: 'NODELOCAL_OTLP_NODE_NAME',
} as const;

export const endpointVariable = 'OTEL_EXPORTER_OTLP_ENDPOINT';
export const protocolVariable = 'OTEL_EXPORTER_OTLP_PROTOCOL';
export const resourceAttributesVariable = 'OTEL_RESOURCE_ATTRIBUTES';
