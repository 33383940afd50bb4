import type { SettingKey, Settings } from './settings.ts';

/** What must hold between settings; each of them can be right by itself and still not fit the others. */
export interface Rule {
  readonly keys: readonly [SettingKey, SettingKey, ...SettingKey[]];
  /** Completes "expected …". */
  readonly expected: string;
  readonly holds: (settings: Settings) => boolean;
}

export const rules: readonly Rule[] = [
  {
    keys: ['endpoint.grpcPort', 'endpoint.httpPort'],
    expected: 'two different ports',
    holds: ({ endpoint }) => endpoint.grpcPort !== endpoint.httpPort,
  },
  {
    keys: ['retry.smallQueueSize', 'retry.queueSize'],
    expected: 'a small queue that is not larger than the other',
    holds: ({ retry }) => retry.smallQueueSize <= retry.queueSize,
  },
  {
    keys: ['envFrom.timeout', 'server.requestTimeout'],
    expected: 'a time for reading ConfigMaps that is shorter than the one for the whole review',
    holds: ({ envFrom, server }) => envFrom.timeout.ms < server.requestTimeout.ms,
  },
  {
    keys: ['server.port', 'server.metricsPort'],
    expected: 'two different ports',
    holds: ({ server }) => server.port !== server.metricsPort || server.port === 0,
  },
  {
    keys: ['server.maxReviewSize', 'server.maxBufferedSize'],
    expected: 'a buffer for at least one review of the largest size',
    holds: ({ server }) => server.maxReviewSize <= server.maxBufferedSize,
  },
  {
    keys: ['certificates.caLifetime', 'certificates.leafLifetime', 'certificates.propagation'],
    expected: 'a CA that lasts at least three times as long as the other two together',
    holds: ({ certificates: { caLifetime, leafLifetime, propagation } }) =>
      caLifetime.ms >= 3 * (leafLifetime.ms + propagation.ms),
  },
  {
    keys: ['tls.certFile', 'tls.keyFile'],
    expected: 'both files or neither',
    holds: ({ tls }) => (tls.certFile === '') === (tls.keyFile === ''),
  },
];
