import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { envName, flagAttribute, flagName, isServiceVariable } from '../../src/config/names.ts';
import { defaultSettings, type HashedSettings, type Settings, settingRows } from '../../src/config/settings.ts';
import { splitKey, valueAt } from '../../src/config/shape.ts';
import { duration } from '../../src/config/types.ts';
import { helperNames } from '../../src/inject/names.ts';
import { matchesAny, matchesImage } from '../../src/inject/patterns.ts';
import type { InjectionSettings } from '../../src/inject/settings.ts';
import type { LogLevel } from '../../src/log.ts';
import { parseDuration } from '../../src/retry/quantity.ts';

const namesOf = (name: (row: (typeof settingRows)[number]) => string) => settingRows.map(name);

describe('the table of settings', () => {
  it('gives the core the settings that the hash covers, all of them and no other', () => {
    expectTypeOf<HashedSettings>().toEqualTypeOf<InjectionSettings>();
  });

  it('knows the levels of the log', () => {
    expectTypeOf<Settings['log']['level']>().toEqualTypeOf<LogLevel>();
  });

  it.each(settingRows)('$key accepts its own default', (row) => {
    expect(row.type.read(row.default)).toBeDefined();
    expect(valueAt(defaultSettings, row.key)).toEqual(row.type.read(row.default));
  });

  it.each(settingRows)('$key is described in whole sentences', ({ description, key }) => {
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(splitKey(key).leaf, 'groups do not nest').not.toContain('.');
  });

  it.each([
    ['keys', namesOf((row) => row.key)],
    ['flags', namesOf(flagName)],
    ['option names', namesOf(flagAttribute)],
    ['environment variables', namesOf(envName)],
  ])('has no two equal %s', (_, names) => {
    expect(new Set(names).size).toBe(names.length);
  });

  it('cannot be changed by those who share it', () => {
    expect(Object.isFrozen(defaultSettings)).toBe(true);
    expect(Object.isFrozen(defaultSettings.retry)).toBe(true);
    expect(Object.isFrozen(defaultSettings.exclude.images)).toBe(true);
  });
});

describe('names of settings', () => {
  it.each([
    { key: 'retry.survive', env: 'NODELOCAL_OTLP_RETRY_SURVIVE', flag: 'retry-survive', option: 'retrySurvive' },
    { key: 'server.port', env: 'NODELOCAL_OTLP_SERVER_PORT', flag: 'port', option: 'port' },
    {
      key: 'server.metricsPort',
      env: 'NODELOCAL_OTLP_SERVER_METRICS_PORT',
      flag: 'metrics-port',
      option: 'metricsPort',
    },
    { key: 'tls.certFile', env: 'NODELOCAL_OTLP_TLS_CERT_FILE', flag: 'tls-cert-file', option: 'tlsCertFile' },
    { key: 'tls.keyFile', env: 'NODELOCAL_OTLP_TLS_KEY_FILE', flag: 'tls-key-file', option: 'tlsKeyFile' },
    {
      key: 'endpoint.clusterIPs',
      env: 'NODELOCAL_OTLP_ENDPOINT_CLUSTER_IPS',
      flag: 'endpoint-cluster-ips',
      option: 'endpointClusterIps',
    },
  ])('$key is $env and --$flag', ({ key, ...names }) => {
    const row = settingRows.find((candidate) => candidate.key === key);
    expect(row && { env: envName(row), flag: flagName(row), option: flagAttribute(row) }).toEqual(names);
  });

  it('leaves alone the variables that the kubelet sets for the Service nodelocal-otlp-webhook', () => {
    expect(namesOf(envName).filter((name) => name.startsWith('NODELOCAL_OTLP_WEBHOOK'))).toEqual([]);
  });

  it('leaves alone the variables that we inject for later ones to refer to', () => {
    expect(namesOf(envName).filter((name) => (Object.values(helperNames) as string[]).includes(name))).toEqual([]);
  });

  it.each([
    ['NODELOCAL_OTLP_WEBHOOK_SERVICE_HOST', true],
    ['NODELOCAL_OTLP_WEBHOOK_SERVICE_PORT', true],
    ['NODELOCAL_OTLP_WEBHOOK_SERVICE_PORT_HTTPS', true],
    ['NODELOCAL_OTLP_WEBHOOK_PORT', true],
    ['NODELOCAL_OTLP_WEBHOOK_PORT_443_TCP', true],
    ['NODELOCAL_OTLP_WEBHOOK_PORT_443_TCP_ADDR', true],
    ['NODELOCAL_OTLP_RETRY_SURVIVE', false],
    ['NODELOCAL_OTLP_ENDPOINT_SERVICE', false],
  ])('%s is a Service variable: %s', (name, want) => {
    expect(isServiceVariable(name)).toBe(want);
  });
});

describe('the schema of a duration', () => {
  const { schema } = duration('0s', '1000h');
  const part = fc.tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom('h', 'm', 's', 'ms', '', '.5s', '.m'));
  const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.flat().join(''));

  it('accepts what the parser accepts', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(new RegExp(String(schema['pattern']), 'u').test(given)).toBe(parseDuration(given) !== undefined);
      }),
    );
  });
});

describe('the default exclusions', () => {
  const { containers, images } = defaultSettings.exclude;

  it.each([
    'docker.io/istio/proxyv2:1.27.1',
    'istio/proxyv2:1.27.1-distroless',
    'registry.istio.io/release/proxyv2:1.27.1',
    'gcr.io/gke-release/asm/proxyv2@sha256:00',
    'cr.l5d.io/linkerd/proxy:edge-25.8.1',
    'cr.l5d.io/linkerd/proxy-init:v2.4.2',
    'registry.example:5000/mirror/linkerd/proxy:v1',
    'moby/buildkit:rootless',
    'docker.io/moby/buildkit:buildx-stable-1',
    'docker:dind',
    'docker.io/library/docker:28-dind-rootless',
    'registry.example/mirror/library/docker:28.1-dind',
  ])('cover the image %s', (image) => expect(matchesImage(images, image)).toBe(true));

  it.each([
    'registry.example/shop/frontend:v1',
    'docker.io/grafana/grafana:13.1.0',
    'quay.io/pires/docker-elasticsearch-kubernetes:5.6.2',
    'fake.docker.io/google-samples/hello-go-gke:1.0',
    'envoyproxy/envoy:v1.35',
    'proxyv2',
  ])('leave the image %s to be injected', (image) => expect(matchesImage(images, image)).toBe(false));

  it.each([
    ['istio-proxy', true],
    ['linkerd-network-validator', true],
    ['app', false],
    ['docker', false],
  ])('cover the container %s: %s', (name, want) => expect(matchesAny(containers, name)).toBe(want));
});
