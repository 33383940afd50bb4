import { createServer } from 'node:http';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { reviewPath } from '../../src/admission/app.ts';
import { developmentNames } from '../../src/certs/development.ts';
import { authoritySecretName, hookName } from '../../src/kube/access.ts';
import { createHealthApp } from '../../src/server/health.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { installations } from './installation.ts';

const namespace = 'nodelocal-otlp';
const name = 'nodelocal-otlp-webhook';

describe.each(installations)('$title', (all) => {
  const { container, pod, settings, webhook } = all;
  const deployment = all.the('Deployment');
  const service = all.the('Service');

  describe('ports', () => {
    it('are the ones that the program listens on with these arguments', () => {
      expect(all.portNamed('https')).toBe(settings.server.port);
      expect(all.portNamed('metrics')).toBe(settings.server.metricsPort);
    });

    it('lead from the hook over the Service to the container', () => {
      const called = webhook.clientConfig.service;
      expect(called).toMatchObject({ name, namespace, path: reviewPath });
      expect(service.metadata).toMatchObject({ name, namespace });
      const port = service.spec?.ports?.find((p) => p.port === called?.port);
      expect(all.portNamed(port?.targetPort)).toBe(settings.server.port);
    });

    it('of the network policy are the names of the container', () => {
      const ports = all
        .all('NetworkPolicy')
        .flatMap(({ spec }) => spec?.ingress?.flatMap((rule) => rule.ports ?? []) ?? []);
      for (const { port } of ports) expect(all.portNamed(port), `port ${port}`).toBeTypeOf('number');
      const open = all.components.includes('host-network') ? [] : ['https', 'metrics'];
      expect(ports.map(({ port }) => port)).toEqual(open);
    });

    it.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)('answer the %s', async (probe) => {
      const { path, port } = container[probe]?.httpGet ?? {};
      expect(all.portNamed(port)).toBe(settings.server.metricsPort);
      const { status } = await supertest(createServer(createHealthApp({ waitingFor: () => [] }))).get(path ?? '');
      expect(status).toBe(200);
    });
  });

  describe('names', () => {
    it('every selector means the pods of the Deployment', () => {
      const selectors = [
        deployment.spec?.selector.matchLabels,
        service.spec?.selector,
        ...all.all('PodDisruptionBudget').map(({ spec }) => spec?.selector?.matchLabels),
        ...all.all('NetworkPolicy').map(({ spec }) => spec?.podSelector?.matchLabels),
        ...(pod.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector?.matchLabels),
      ];
      for (const selector of selectors) {
        expect(selector).toEqual({ 'app.kubernetes.io/name': name });
        expect(all.podLabels).toMatchObject(selector ?? {});
      }
    });

    it('every object with a namespace is in ours', () => {
      const clusterWide = ['ClusterRole', 'ClusterRoleBinding', 'MutatingWebhookConfiguration', 'Namespace'];
      for (const { kind, metadata } of all.objects) {
        expect(metadata.namespace, `${kind} ${metadata.name}`).toBe(clusterWide.includes(kind) ? undefined : namespace);
      }
      expect(all.the('Namespace').metadata?.name).toBe(namespace);
      expect(settings.endpoint.namespace).toBe(namespace);
    });

    it('every object is labelled as a part of it', () => {
      for (const { metadata } of all.objects) {
        expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'nodelocal-otlp' });
      }
    });

    it('are those in the code', () => {
      expect(all.the('MutatingWebhookConfiguration').metadata?.name).toBe(hookName);
      const secrets = (all.the('Role').rules ?? []).filter(({ resources }) => resources?.includes('secrets'));
      const own = all.components.includes('cert-manager') ? [] : [authoritySecretName];
      expect(secrets.flatMap(({ resourceNames }) => resourceNames ?? [])).toEqual(own);
    });

    it('what the pod names is there', () => {
      const secrets = all.objects.filter(({ kind }) => kind === 'Certificate') as unknown as {
        spec: { secretName: string };
      }[];
      expect(pod.serviceAccountName).toBe(all.the('ServiceAccount').metadata?.name);
      for (const { configMap, secret } of pod.volumes ?? []) {
        if (configMap) expect(configMap.name).toBe(all.the('ConfigMap').metadata?.name);
        else expect(secrets.map(({ spec }) => spec.secretName)).toContain(secret?.secretName);
      }
      const mounts = container.volumeMounts?.map((mount) => mount.name).sort();
      expect(mounts).toEqual(pod.volumes?.map((volume) => volume.name).sort());
    });
  });

  it('the certificate is for the name that the API server asks for', () => {
    const asked = `${webhook.clientConfig.service?.name}.${webhook.clientConfig.service?.namespace}.svc`;
    expect(developmentNames).toContain(asked);
    const certificates = all.objects.filter(({ kind }) => kind === 'Certificate') as unknown as {
      spec: { dnsNames?: string[] };
    }[];
    if (all.components.includes('cert-manager'))
      expect(certificates.map(({ spec }) => spec.dnsNames)).toContainEqual([asked]);
  });

  describe('the pod', () => {
    it('starts the program with its configuration', () => {
      expect(container.args?.slice(0, 3)).toEqual(['serve', '--config', '/etc/nodelocal-otlp/config.yaml']);
      expect(container.command).toBeUndefined();
      const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === '/etc/nodelocal-otlp');
      expect(pod.volumes?.find((volume) => volume.name === mount?.name)?.configMap).toEqual({
        name: 'nodelocal-otlp-config',
      });
      expect(Object.keys(all.the('ConfigMap').data ?? {})).toEqual(['config.yaml']);
    });

    it('runs an image of this version', () => {
      expect(pod.containers.map(({ image }) => image)).toEqual([`nodelocal-otlp:${packageJson.version}`]);
      expect(pod.initContainers).toBeUndefined();
    });

    it('gets the time it needs to drain', () => {
      const lastRequestsMs = 2000; // for each of its two servers, one after the other
      const needed = settings.server.drain.ms + 2 * lastRequestsMs + 5000;
      expect(Number(pod.terminationGracePeriodSeconds) * 1000).toBeGreaterThanOrEqual(needed);
    });

    it('is never the last one to go, neither in a drain of nodes nor in a rollout', () => {
      const replicas = Number(deployment.spec?.replicas);
      const budget = all.the('PodDisruptionBudget').spec;
      expect(replicas - Number(budget?.maxUnavailable)).toBeGreaterThan(0);
      expect(replicas - Number(deployment.spec?.strategy?.rollingUpdate?.maxUnavailable)).toBeGreaterThan(0);
    });

    it('is within the quota for its priority class, a rollout included', () => {
      const { hard, scopeSelector } = all.the('ResourceQuota').spec ?? {};
      const needed = Number(deployment.spec?.replicas) + Number(deployment.spec?.strategy?.rollingUpdate?.maxSurge);
      expect(Number(hard?.['pods'])).toBeGreaterThan(needed);
      expect(scopeSelector?.matchExpressions?.[0]?.values).toEqual([pod.priorityClassName]);
    });

    it('has no variables from Services, which would look like settings', () =>
      expect(pod.enableServiceLinks).toBe(false));
  });
});
