import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { type AppPod, injectedEnv } from './injected-env.ts';

const pod: AppPod = { name: 'shop-1', node: 'node-1', ip: '10.77.1.1', language: 'java', env: { MINE: '1' } };
const endpoint = 'http://telemetry-otlp.nodelocal-otlp.svc';

describe('the environment of an app in the lab', () => {
  it('is what the rules add, after what its user set', () => {
    const env = injectedEnv(pod, { variables: 'all' });
    expect(env).toMatchObject({ MINE: '1', OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}:4318` });
    expect(env).toHaveProperty('OTEL_EXPORTER_OTLP_TIMEOUT');
  });

  it('leaves the SDK its defaults where only the endpoint is asked for', () => {
    const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(injectedEnv({ ...pod, env }, { variables: 'endpoint-only' })).toEqual({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}:4317`,
    });
  });

  it('keeps what a user set', () => {
    const env = injectedEnv({ ...pod, env: { OTEL_EXPORTER_OTLP_TIMEOUT: '7' } }, { variables: 'all' });
    expect(env['OTEL_EXPORTER_OTLP_TIMEOUT']).toBe('7');
  });

  it('has values from the downward API, and references to them, as the kubelet puts them in', () => {
    const { settings } = loadSettings({ flags: { identity: 'always' } });
    expect(injectedEnv(pod, { variables: 'all', settings })).toMatchObject({
      NODELOCAL_OTLP_NODE_NAME: 'node-1',
      OTEL_RESOURCE_ATTRIBUTES:
        'k8s.pod.uid=uid-of-shop-1,k8s.pod.name=shop-1,k8s.namespace.name=default,k8s.node.name=node-1,k8s.container.name=app',
    });
  });

  it('on the host network has the address of the Service', () => {
    const env = injectedEnv({ ...pod, hostNetwork: true }, { variables: 'all', clusterIps: ['10.96.0.100'] });
    expect(env['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe('http://10.96.0.100:4318');
  });

  it('is refused with the reason where the rules skip the container', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine:4318' };
    expect(() => injectedEnv({ ...pod, env }, { variables: 'all' })).toThrow('shop-1 is skipped: user-endpoint');
  });
});
