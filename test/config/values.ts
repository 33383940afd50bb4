import type { SettingKey } from '../../src/config/settings.ts';

/** What a file may say about each setting, and what it may not, whatever else the file says. */
export const values: Readonly<Record<SettingKey, { good: readonly unknown[]; bad: readonly unknown[] }>> = {
  'endpoint.service': { good: ['otlp', 'a-1'], bad: ['', 'Otlp', '1st', 'a.b', 7, null, ['otlp']] },
  'endpoint.namespace': { good: ['observability', '1st'], bad: ['', 'a_b', '-a', 'a'.repeat(64), {}] },
  'endpoint.mode': { good: ['service', 'cluster-ip', 'host-ip'], bad: ['node', '', true, null] },
  'endpoint.clusterIPs': {
    good: [[], ['10.0.0.1', 'fd00::1']],
    bad: ['10.0.0.1', ['localhost'], [1], ['[::1]'], null],
  },
  'endpoint.grpcPort': { good: [1, 14317, 65535], bad: [0, 65536, -1, 1.5, '4317', null] },
  'endpoint.httpPort': { good: [2, 14318, 65534], bad: [0, 65536, '4318', true] },
  protocol: { good: ['http/protobuf', 'grpc'], bad: ['http/json', 'GRPC', '', 4317, null] },
  identity: { good: ['auto', 'always', 'never'], bad: [true, 'on', null] },
  'envFrom.unseen': { good: ['inject', 'skip'], bad: ['ignore', false] },
  'envFrom.timeout': { good: ['20ms', '0.04s'], bad: [500, '500', '500 ms', '', '5x', null] },
  'envFrom.cache': { good: ['0s', '1m', '1m30s'], bad: [30, '30', '30s1m', '-1s'] },
  'exclude.containers': { good: [[], ['istio-*', 'a?']], bad: ['istio-proxy', [''], ['a b'], ['a,b'], [1], { a: 1 }] },
  'exclude.images': { good: [[], ['*/tools/*']], bad: [null, [null], 'docker:*'] },
  'retry.survive': { good: ['1s', '90s', '5m', '1.5m'], bad: [30, '30', '1d', null, ['30s']] },
  'retry.queueSize': { good: [8192, 131072], bad: [2047, 131073, 4096.5, '8192', null] },
  'retry.smallQueueSize': { good: [2048], bad: [0, 2047, '2048'] },
  'retry.smallMemory': { good: ['64Mi', '1Gi', '2048Ki'], bad: [268435456, '256', '256M', '256 Mi', '1.5Gi', null] },
  'server.port': { good: [0, 9443], bad: [-1, 65536, '8443'] },
  'server.metricsPort': { good: [0, 9090], bad: [-1, 65536, null] },
  'server.requestTimeout': { good: ['1s', '1900ms'], bad: [1500, '1500', ''] },
  'server.maxReviewSize': { good: ['10Mi', '1024Ki'], bad: [20, '20', '20MB'] },
  'server.maxBufferedSize': { good: ['128Mi', '1Gi'], bad: [64, '64m'] },
  'server.drain': { good: ['0s', '30s'], bad: [0, '15'] },
  'server.keepAlive': { good: ['91s', '3m'], bad: [120, '120'] },
  'tls.certFile': { good: [''], bad: [null, 1, 'a\nb'] },
  'tls.keyFile': { good: [''], bad: [null, []] },
  'tls.developmentDir': { good: ['certs', '/tmp/ca'], bad: ['', null] },
  'log.level': { good: ['debug', 'silent'], bad: ['verbose', 'INFO', 3] },
};

/** Right in form, so that the schema lets them pass, but out of bounds. */
export const outOfBounds: Partial<Record<SettingKey, readonly unknown[]>> = {
  'endpoint.clusterIPs': [['10.0.0.256'], ['10.0.0.0.1'], [':::']],
  'envFrom.timeout': ['9ms', '1501ms'],
  'envFrom.cache': ['11m'],
  'retry.survive': ['999ms', '301s', '1h'],
  'retry.smallMemory': ['1023Ki', '65Gi'],
  'server.requestTimeout': ['2s', '49ms'],
  'server.maxReviewSize': ['65Mi', '0Mi'],
  'server.maxBufferedSize': ['2Gi'],
  'server.drain': ['61s'],
  'server.keepAlive': ['90s', '2h'],
};
