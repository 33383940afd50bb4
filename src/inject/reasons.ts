/**
 * Every reason for which a pod or a container is left alone: the one list behind the annotation on
 * the pod, the metrics' label, the command line and docs/reasons.md.
 *
 * Codes are forever: dashboards and scripts depend on them. `summary` completes "skipped because …".
 */
export const reasons = {
  // The whole pod.
  'not-pod-create': {
    scope: 'pod',
    summary: 'the request is not the creation of a pod',
    hint: 'Only pods that are being created can be changed; this request is let through as it is.',
  },
  'unreadable-pod': {
    scope: 'pod',
    summary: 'the pod does not have the shape of a Pod',
    hint: 'The detail names the field. The API server refuses such a pod by itself.',
  },
  'internal-error': {
    scope: 'pod',
    summary: 'an error in nodelocal-otlp',
    hint: 'The pod was let through unchanged. The log line with this request uid has the error; please report it.',
  },
  'deadline-exceeded': {
    scope: 'pod',
    summary: 'the decision was not ready in time',
    hint: 'The pod was let through unchanged; recreate it to have it injected.',
  },
  'opted-out': {
    scope: 'pod',
    summary: 'the pod has the label nodelocal-otlp.dev/inject: disabled',
    hint: 'Remove the label from the pod template to have it injected.',
  },
  'namespace-not-enabled': {
    scope: 'pod',
    summary: 'its namespace does not have the label nodelocal-otlp.dev/inject: enabled',
    hint: 'kubectl label namespace NAME nodelocal-otlp.dev/inject=enabled',
  },
  'mirror-pod': {
    scope: 'pod',
    summary: 'it mirrors a static pod, whose containers the API server cannot change',
    hint: 'Set the variables in the static pod manifest on the node.',
  },
  'windows-pod': {
    scope: 'pod',
    summary: 'it runs on Windows, where the agent does not',
    hint: 'Point it at a collector elsewhere in its own pod template.',
  },
  'virtual-node': {
    scope: 'pod',
    summary: 'it runs on a virtual node, which has no node-local agent',
    hint: 'Point it at a collector elsewhere in its own pod template.',
  },
  'agent-itself': {
    scope: 'pod',
    summary: 'it is the agent itself',
    hint: 'An agent that sent its telemetry to itself would loop.',
  },
  'too-many-containers': {
    scope: 'pod',
    summary: 'it has more than 1000 containers',
    hint: 'Set the variables in its own pod template.',
  },
  'annotations-full': {
    scope: 'pod',
    summary:
      'its annotations leave no room for ours, and with more than 256 KiB of them the API server would refuse it',
    hint: 'Move large annotations to a ConfigMap.',
  },
  // Containers an admin or a team excluded.
  'excluded-name': {
    scope: 'container',
    summary: 'its name is on the list exclude.containers',
    hint: 'Remove the name from exclude.containers, or ask for it with the annotation nodelocal-otlp.dev/containers.',
  },
  'excluded-image': {
    scope: 'container',
    summary: 'its image is on the list exclude.images',
    hint: 'Remove the pattern from exclude.images, or ask for it with the annotation nodelocal-otlp.dev/containers.',
  },
  'excluded-by-annotation': {
    scope: 'container',
    summary: 'the annotation nodelocal-otlp.dev/exclude-containers names it',
    hint: 'Remove its name from the annotation.',
  },
  'not-in-annotation': {
    scope: 'container',
    summary: 'the annotation nodelocal-otlp.dev/containers does not name it',
    hint: 'Add its name to the annotation.',
  },
  // Containers whose user manages OTLP: all or nothing.
  'user-endpoint': {
    scope: 'container',
    summary: 'it sets an OTLP endpoint itself',
    hint: 'Remove the endpoint to have the node-local one.',
  },
  'user-headers': {
    scope: 'container',
    summary: 'it sets OTLP headers itself',
    hint: 'Headers belong to a backend; ours would receive them in clear text. Remove them to be injected.',
  },
  'user-certificate': {
    scope: 'container',
    summary: 'it sets an OTLP certificate itself',
    hint: 'Remove the certificate variables to be injected.',
  },
  'user-client-key': {
    scope: 'container',
    summary: 'it sets an OTLP client key or client certificate itself',
    hint: 'Remove the client key variables to be injected.',
  },
  'user-insecure': {
    scope: 'container',
    summary: 'it sets OTEL_EXPORTER_OTLP_INSECURE or one of its per-signal forms itself',
    hint: 'The endpoint’s scheme already says it; remove the variable to be injected.',
  },
  'config-file': {
    scope: 'container',
    summary: 'it names an OpenTelemetry configuration file, which makes SDKs ignore these variables',
    hint: 'Set the endpoint in that file.',
  },
  'sdk-disabled': {
    scope: 'container',
    summary: 'it sets OTEL_SDK_DISABLED=true',
    hint: 'Remove OTEL_SDK_DISABLED to be injected.',
  },
  'mixed-protocols': {
    scope: 'container',
    summary: 'a per-signal OTLP protocol differs from the general one',
    hint: 'One endpoint has one port and so one protocol: drop the per-signal protocol, or set OTEL_EXPORTER_OTLP_PROTOCOL to the same value.',
  },
  'protocol-from-value-from': {
    scope: 'container',
    summary: 'its OTLP protocol comes from valueFrom, so the port cannot be chosen',
    hint: 'Write the protocol as a literal value.',
  },
  'unknown-protocol': {
    scope: 'container',
    summary: 'its OTLP protocol is none of grpc, http/protobuf and http/json',
    hint: 'Correct or remove OTEL_EXPORTER_OTLP_PROTOCOL.',
  },
  'endpoint-in-arguments': {
    scope: 'container',
    summary: 'an OTLP endpoint stands in its command, arguments or JVM options',
    hint: 'Remove it there to have the node-local one.',
  },
  'config-file-in-arguments': {
    scope: 'container',
    summary: 'an OpenTelemetry configuration file or otel.sdk.disabled stands in its command, arguments or JVM options',
    hint: 'Set the endpoint in that file.',
  },
  'http-proxy': {
    scope: 'container',
    summary: 'it uses an HTTP proxy and its NO_PROXY does not cover the endpoint',
    hint: 'Add the endpoint’s host (the detail names it) to NO_PROXY.',
  },
  // Containers we could not serve.
  'env-from-unseen': {
    scope: 'container',
    summary: 'its envFrom could not be read and envFrom.unseen is skip',
    hint: 'Set envFrom.unseen to inject, or move OTEL_ variables to env.',
  },
  'cluster-ip-unknown': {
    scope: 'container',
    summary: 'it cannot resolve cluster names and the ClusterIP of the Service is not known',
    hint: 'Use dnsPolicy ClusterFirstWithHostNet, or set endpoint.clusterIPs.',
  },
  'helper-name-taken': {
    scope: 'container',
    summary: 'it defines a variable under one of our own NODELOCAL_OTLP_ names',
    hint: 'Rename that variable.',
  },
  'yaml-shared': {
    scope: 'container',
    summary:
      'its env or annotations are aliased, anchored for others or merged in YAML, so a change here would change other places too',
    hint: 'Write the list out for this container.',
  },
} as const satisfies Record<string, { scope: 'pod' | 'container'; summary: string; hint: string }>;

export type ReasonCode = keyof typeof reasons;
