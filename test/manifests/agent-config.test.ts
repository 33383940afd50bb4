import { describe, expect, it } from 'vitest';
import { Agent, agents } from './agent.ts';
import { drainSeconds, expanded, exportersFor, mergedConfig, parseSeconds } from './collector-config.ts';
import { installedObjects } from './files.ts';
import { bytes, sizingProblems } from './sizing.ts';

const signals = ['traces', 'metrics', 'logs'];

describe.each(agents)('the configuration of the agent, $title', (agent) => {
  const { config, container } = agent;

  it('has a pipeline for each signal, with the limiter first and no batch processor', () => {
    expect(Object.keys(config.service.pipelines)).toEqual(signals);
    for (const [signal, { receivers, processors }] of Object.entries(config.service.pipelines)) {
      const delta = signal === 'metrics' && agent.has('delta') ? ['cumulativetodelta'] : [];
      expect(receivers).toEqual(['otlp']);
      expect(processors).toEqual(['memory_limiter', 'k8s_attributes', ...delta]);
    }
  });

  describe.each(['grpc', 'http'] as const)('with a backend that speaks %s', (protocol) => {
    const exporters = exportersFor(config, protocol);

    it('has an exporter of its own for each signal', () => {
      expect(new Set(exporters).size).toBe(signals.length);
    });

    it('never gives up what was accepted, and tries again soon', () => {
      for (const { retry_on_failure: retry } of exporters) {
        expect(retry).toEqual({ initial_interval: '1s', max_interval: '10s', max_elapsed_time: '0s' });
      }
    });

    it('sends batches after 200 ms', () => {
      for (const { sending_queue: queue } of exporters) {
        expect(queue.batch.flush_timeout).toBe('200ms');
        expect(queue.batch.min_size).toBeLessThan(queue.batch.max_size);
      }
    });

    it('sends nowhere without the Secret, and where its keys say with it', () => {
      const env = { NODELOCAL_OTLP_BACKEND_ENDPOINT: 'https://backend:4317', NODELOCAL_OTLP_BACKEND_HEADERS: 'a: b' };
      for (const { endpoint, headers } of exporters) {
        expect(new URL(expanded(endpoint)).hostname).toMatch(/\.invalid\.$/);
        expect([expanded(endpoint, env), expanded(headers, env)]).toEqual(['https://backend:4317', 'a: b']);
      }
    });
  });

  it('fits together: memory, queues and the time to drain', () => expect(sizingProblems(agent)).toEqual([]));

  it('brings clients home', () => {
    const { grpc, http } = config.receivers.otlp.protocols;
    expect(grpc.keepalive.server_parameters).toEqual({ max_connection_age: '2m', max_connection_age_grace: '15s' });
    expect(http.keep_alives_enabled).toBe(agent.has('http-keep-alive'));
  });

  it.runIf(agent.has('persistent-queue'))('keeps each queue in the files of its pod', () => {
    const storages = Object.values(config.exporters).map(({ sending_queue: queue }) => queue.storage);
    expect(new Set(storages)).toEqual(new Set(['file_storage/queues']));
    expect(config.service.extensions).toContain('file_storage/queues');
    const { directory } = config.extensions['file_storage/queues'] as { directory: string };
    const mount = container.volumeMounts?.find(({ mountPath }) => mountPath === directory);
    const volume = agent.pod.volumes?.find(({ name }) => name === mount?.name);
    const queued = exportersFor(config, 'grpc').reduce((sum, { sending_queue: queue }) => sum + queue.queue_size, 0);
    // A file is as large as it ever was until it is made small, and for that a second one is written.
    expect(bytes(String(volume?.emptyDir?.sizeLimit))).toBeGreaterThan(4 * queued);
  });
});

describe('how the rules compute', () => {
  it('merges maps and replaces all else', () => {
    expect(mergedConfig(['a: {b: 1, c: [1, 2]}\n', 'a: {c: [3], d: 4}\n'])).toEqual({ a: { b: 1, c: [3], d: 4 } });
  });

  it.each([
    ['500ms', 0.5],
    ['10s', 10],
    ['2m', 120],
  ])('reads %s', (text, seconds) => expect(parseSeconds(text)).toBe(seconds));

  it('counts the rounds that a queue takes to drain', () => {
    const [exporter] = exportersFor(new Agent('', [], installedObjects()).config, 'grpc');
    if (exporter === undefined) throw new Error('no exporter');
    // 12 batches of 2 MiB and 2 smaller ones are 2 rounds of 10, after the round under way; on disk only those 2 go.
    expect(drainSeconds(exporter)).toBe(30);
    expect(drainSeconds({ ...exporter, sending_queue: { ...exporter.sending_queue, storage: 'file_storage' } })).toBe(
      20,
    );
  });

  it.each<[string, string | RegExp, string]>([
    ['queues take so much that the memory limiter refuses first', /queue_size: \d+/g, 'queue_size: 50331648'],
    ['a queue is smaller than a request may be', /queue_size: \d+/g, 'queue_size: 10485760'],
    ['queues are not sized in bytes', 'sizer: bytes', 'sizer: items'],
    ['batches are larger than backends take', /max_size: \d+/g, 'max_size: 8388608'],
    ['the memory limiter refuses before GOMEMLIMIT', 'spike_limit_percentage: 10', 'spike_limit_percentage: 20'],
    ['the memory limiter allows all of the memory', 'limit_percentage: 90', 'limit_percentage: 100'],
    ['the grace period ends before the queues', 'timeout: &timeout 10s', 'timeout: &timeout 20s'],
  ])('notice: %s', (says, from, to) => {
    const objects = structuredClone(installedObjects());
    const changed = new Agent('changed', [], objects);
    const data = changed.the('ConfigMap').data ?? {};
    data['base.yaml'] = (data['base.yaml'] ?? '').replaceAll(from, to);
    expect(sizingProblems(changed).join('\n')).toContain(says);
  });
});
