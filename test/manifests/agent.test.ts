import { describe, expect, it } from 'vitest';
import { agentName } from '../../src/inject/names.ts';
import { agents, configFolder } from './agent.ts';
import { parseStrictly, read } from './files.ts';
import { restrictedProblems } from './pod-security.ts';

const namespace = 'nodelocal-otlp';
const otlpPorts = [4317, 4318];

describe.each(agents)('the agent, $title', (agent) => {
  const { container, pod, config } = agent;
  const daemonSet = agent.the('DaemonSet');
  const { settings } = agent.webhook;
  const portsOf = (...names: string[]): (number | undefined)[] =>
    names.map((name) => container.ports?.find((port) => port.name === name)?.containerPort);

  it('is where the webhook says, under the names of all signals', () => {
    const { service, grpcPort, httpPort } = settings.endpoint;
    expect([settings.endpoint.namespace, grpcPort, httpPort]).toEqual([namespace, ...otlpPorts]);
    const names = agent.services.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
    const wanted = ['', '-traces', '-metrics', '-logs'].map((suffix) => `${namespace}/${service}${suffix}`);
    expect(names.sort()).toEqual(wanted.sort());
    expect(daemonSet.metadata).toMatchObject({ name: agentName, namespace });
  });

  it.each(agent.services.map((service) => [service.metadata?.name, service] as const))(
    'the Service %s leads to the ports that the receivers listen on',
    (_, { spec }) => {
      expect(spec?.ports?.map(({ port, targetPort }) => [port, targetPort])).toEqual(otlpPorts.map((p) => [p, p]));
      expect(spec?.ports?.map(({ name }) => name)).toEqual(['grpc-otlp', 'http-otlp']);
      expect(portsOf('grpc-otlp', 'http-otlp')).toEqual(otlpPorts);
      const { grpc, http } = config.receivers.otlp.protocols;
      expect([grpc.endpoint, http.endpoint]).toEqual(otlpPorts.map((port) => `:${port}`));
      expect(spec?.selector).toEqual({ 'app.kubernetes.io/name': agentName });
      expect(spec?.ipFamilyPolicy).toBe('PreferDualStack');
    },
  );

  it('is reached on its own node, or first of all there', () => {
    const [local, preferred] = agent.has('prefer-same-node') ? [undefined, 'PreferSameNode'] : ['Local', undefined];
    for (const { spec } of agent.services) {
      expect([spec?.internalTrafficPolicy, spec?.trafficDistribution]).toEqual([local, preferred]);
    }
  });

  it('knows a pod wherever it may be, or the pod says who it is', () => {
    const everywhere = agent.has('prefer-same-node');
    expect(config.processors.k8s_attributes.filter.node_from_env_var).toBe(everywhere ? '' : 'K8S_NODE_NAME');
    expect(settings.identity).toBe(everywhere || agent.has('host-ip') ? 'always' : 'auto');
    expect(settings.endpoint.mode).toBe(agent.has('host-ip') ? 'host-ip' : 'service');
  });

  it('surges in a rollout, and never with a port of the node', () => {
    const hostPorts = container.ports?.filter(({ hostPort }) => hostPort !== undefined) ?? [];
    expect(hostPorts.map(({ hostPort }) => hostPort)).toEqual(agent.has('host-ip') ? otlpPorts : []);
    const { maxSurge, maxUnavailable } = daemonSet.spec?.updateStrategy?.rollingUpdate ?? {};
    expect([maxSurge, maxUnavailable]).toEqual(hostPorts.length > 0 ? [0, 1] : ['10%', 0]);
    expect(daemonSet.spec?.minReadySeconds).toBe(5);
  });

  it('goes on while new connections learn of the new one', () => {
    expect(container.lifecycle?.preStop?.sleep?.seconds).toBe(agent.has('patient-rollout') ? 600 : 15);
  });

  it('is ready when its receivers listen, whatever its memory, queues and backend do', () => {
    expect(config.extensions.health_check).toEqual({ endpoint: `:${portsOf('health')[0]}` });
    expect(config.service.extensions).toContain('health_check');
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      expect(probe?.httpGet).toEqual({ path: '/', port: 'health' });
    }
  });

  it('runs on every node, and is among the last to go', () => {
    expect(pod.tolerations).toEqual([{ operator: 'Exists' }]);
    expect(pod.priorityClassName).toBe('system-node-critical');
    expect(agent.the('ResourceQuota').spec?.scopeSelector?.matchExpressions?.[0]?.values).toEqual([
      pod.priorityClassName,
    ]);
    expect(Number(agent.the('ResourceQuota').spec?.hard?.['pods'])).toBeGreaterThan(5000 * 1.1);
  });

  it('is as restricted as its namespace says', () => {
    const level = agent.has('host-ip') ? 'privileged' : 'restricted';
    expect(restrictedProblems(pod)).toEqual(agent.has('host-ip') ? ['host ports'] : []);
    expect(agent.namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': level });
  });

  it('opens the ports of telemetry and metrics to all pods', () => {
    const [rule, ...others] = agent.the('NetworkPolicy').spec?.ingress ?? [];
    const metrics = config.service.telemetry.metrics.readers[0].pull.exporter.prometheus.port;
    expect(rule?.ports?.map(({ port }) => port)).toEqual([...otlpPorts, metrics]);
    expect(portsOf('metrics')).toEqual([metrics]);
    expect(rule).toMatchObject({ from: [{ namespaceSelector: {} }] });
    expect(others).toEqual([]);
  });

  it('is an image of one version, with a configuration that is there', () => {
    const version = /gomod: go\.opentelemetry\.io\/collector\/receiver\/otlpreceiver v(\S+)/;
    const tested = version.exec(read('test/collector/builder.yaml'))?.[1];
    expect(container.image).toMatch(new RegExp(`/opentelemetry-collector-k8s:${tested?.replaceAll('.', '\\.')}$`));
    expect(container.args?.at(0)).toBe(`--config=file:${configFolder}/base.yaml`);
    expect(container.args?.at(-1)).toBe('--config=env:NODELOCAL_OTLP_BACKEND_CONFIG:-{}');
    const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === configFolder);
    expect(pod.volumes?.find(({ name }) => name === mount?.name)?.configMap?.name).toBe(agentName);
  });

  it('starts without the Secret of its backend', () => {
    const keys = container.env?.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []) ?? [];
    expect(keys.map(({ key }) => key)).toEqual(['endpoint', 'protocol', 'insecure', 'headers', 'collector.yaml']);
    expect(keys.every(({ name, optional }) => name === 'nodelocal-otlp-backend' && optional === true)).toBe(true);
  });

  it('may list and watch pods, and nothing else', () => {
    expect(agent.the('ClusterRole').rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ]);
    const { roleRef, subjects } = agent.the('ClusterRoleBinding');
    expect(roleRef.name).toBe(agent.the('ClusterRole').metadata?.name);
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: pod.serviceAccountName, namespace }]);
    expect(agent.the('ServiceAccount').metadata).toMatchObject({ name: pod.serviceAccountName, namespace });
  });

  it('has its objects in our namespace, all labelled as a part of it', () => {
    for (const { kind, metadata } of agent.objects) {
      const elsewhere = kind === 'Service' && metadata.namespace === 'kyma-system';
      if (!kind.startsWith('Cluster') && !elsewhere) expect(metadata.namespace).toBe(namespace);
      expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': namespace });
    }
  });

  it.runIf(agent.has('legacy-names'))('has aliases that lead to its Services', () => {
    const aliases = agent.all('Service').filter(({ spec }) => spec?.type === 'ExternalName');
    expect(aliases.map(({ spec }) => String(spec?.externalName)).sort()).toEqual(
      agent.services.map(({ metadata }) => `${metadata?.name}.${namespace}.svc.cluster.local`).sort(),
    );
  });

  it.runIf(agent.has('istio'))('is out of the mesh, and rules for all of its Services say so', () => {
    const rules = agent.objects.filter(({ kind }) => kind === 'DestinationRule');
    expect(rules.map(({ metadata }) => metadata.name).sort()).toEqual(
      agent.services.map(({ metadata }) => String(metadata?.name)).sort(),
    );
    expect(daemonSet.spec?.template.metadata?.labels).toMatchObject({
      'sidecar.istio.io/inject': 'false',
      'istio.io/dataplane-mode': 'none',
    });
  });
});

it('the example of an egress policy names the agent, and the ports that its Services have', () => {
  const [policy] = parseStrictly(read('manifests/examples/egress-policy.yaml'), 'egress-policy.yaml');
  expect(policy).toMatchObject({
    spec: {
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
              podSelector: { matchLabels: { 'app.kubernetes.io/name': agentName } },
            },
          ],
          ports: otlpPorts.map((port) => ({ port, protocol: 'TCP' })),
        },
        {},
      ],
    },
  });
});
