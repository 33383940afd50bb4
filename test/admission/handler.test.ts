import { describe, expect, it } from 'vitest';
import { handleReview } from '../../src/admission/handler.ts';
import { reasons } from '../../src/inject/reasons.ts';
import { readReview, reviewNames } from '../reviews.ts';
import { context, operationsOf, plentyOfTime, podReview, review, rules, smallPod } from './context.ts';

const text = (value: unknown) => JSON.stringify(value);
const bare = (uid: string) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  response: { uid, allowed: true },
});

describe('handling a review', () => {
  it.each(reviewNames)('allows %s, with add operations only', async (name) => {
    const body = readReview(name);
    const { uid } = JSON.parse(body.toString()).request;
    const { status, answer, outcome } = await review(body);
    expect(status).toBe(200);
    expect(answer.response).toMatchObject({ uid, allowed: true });
    expect(operationsOf(answer).every(({ op }) => op === 'add')).toBe(true);
    expect(outcome).not.toHaveProperty('error');
  });

  it('injects a pod, from text as from bytes', async () => {
    const body = readReview('special-no-env');
    const { answer, outcome } = await review(body);
    expect(outcome.result).toBe('patched');
    expect(text(operationsOf(answer))).toContain('"http://telemetry-otlp.nodelocal-otlp.svc:4318"');
    expect(await review(body.toString())).toMatchObject({ answer });
  });

  it('answers at once when no ConfigMap is to be read', () => {
    const reader = async () => null;
    const answer = handleReview(text(podReview()), context({ readConfigMap: reader }), plentyOfTime);
    expect(answer).not.toBeInstanceOf(Promise);
  });

  it.each([
    { name: 'an update', request: { operation: 'UPDATE' } },
    { name: 'a deletion', request: { operation: 'DELETE', object: null } },
    { name: 'a subresource', request: { subResource: 'ephemeralcontainers' } },
    { name: 'another resource', request: { resource: { group: 'apps', version: 'v1', resource: 'deployments' } } },
    { name: 'pods of another group', request: { resource: { group: 'example.com', version: 'v1', resource: 'pods' } } },
    { name: 'no resource', request: { resource: null } },
  ])('lets $name through untouched', async ({ request }) => {
    const { answer, outcome } = await review(text(podReview(smallPod(), request)));
    expect(answer).toEqual(bare('u-1'));
    expect(outcome).toMatchObject({ result: 'skipped', reason: 'not-pod-create' });
  });

  it('lets an object through that is no pod', async () => {
    for (const object of [null, 'pod', 7, [], {}, { spec: [] }, { spec: { containers: { 0: 'x' } } }]) {
      const { answer, outcome } = await review(text(podReview(object)));
      expect(answer).toEqual(bare('u-1'));
      expect(outcome).toMatchObject({ result: 'skipped', reason: 'unreadable-pod' });
    }
  });

  it('changes nothing on its own output', async () => {
    const first = await review(text(podReview()));
    const { default: jsonpatch } = await import('fast-json-patch');
    const injected = jsonpatch.applyPatch(smallPod(), operationsOf(first.answer) as never, true).newDocument;
    const second = await review(text(podReview(injected)));
    expect(second.answer).toEqual(bare('u-1'));
    expect(second.outcome.result).toBe('unchanged');
  });

  it('gives the same answer to a dry run', async () => {
    const wet = await review(text(podReview()));
    const dry = await review(text(podReview(smallPod(), { dryRun: true })));
    expect(dry.answer).toEqual(wet.answer);
  });

  it('passes on what is known of the namespace', async () => {
    const namespaces = (name: string) =>
      name === 'shop' ? { annotations: { 'nodelocal-otlp.dev/protocol': 'grpc' } } : undefined;
    const { answer } = await review(text(podReview()), { namespaces });
    expect(text(operationsOf(answer))).toContain(':4317');
    const disabled = await review(text(podReview()), { namespaces: () => ({ annotations: {}, enabled: false }) });
    expect(disabled.outcome).toMatchObject({ reason: 'namespace-not-enabled' });
  });

  it('passes warnings on', async () => {
    const pod = smallPod();
    const odd = {
      ...pod,
      metadata: { ...pod.metadata, annotations: { 'nodelocal-otlp.dev/protocol': 'carrier-pigeon' } },
    };
    const { answer } = await review(text(podReview(odd)));
    expect(answer.response?.warnings).toEqual([expect.stringContaining('nodelocal-otlp.dev/protocol')]);
  });
});

describe('failing open', () => {
  const boom = () => {
    throw new Error('boom');
  };

  it.each([
    { part: 'decidePod', changes: { rules: rules({ decidePod: boom }) } },
    { part: 'buildPatch', changes: { rules: rules({ buildPatch: boom }) } },
    { part: 'checkPatch', changes: { rules: rules({ checkPatch: boom }) } },
    { part: 'configMapNames', changes: { rules: rules({ configMapNames: boom }), readConfigMap: async () => null } },
    { part: 'settings', changes: { settings: boom } },
    { part: 'namespaces', changes: { namespaces: boom } },
    { part: 'clusterIPs', changes: { clusterIPs: boom } },
  ])('allows the pod unchanged when $part throws', async ({ changes }) => {
    const { status, answer, outcome } = await review(text(podReview()), changes);
    expect(status).toBe(200);
    expect(answer).toEqual(bare('u-1'));
    expect(outcome).toMatchObject({ reason: 'internal-error', error: new Error('boom') });
  });

  it('allows the pod unchanged when deciding fails after ConfigMaps were read', async () => {
    const failing = rules({ decidePod: boom, configMapNames: () => ['cm'] });
    const { answer, outcome } = await review(text(podReview()), { rules: failing, readConfigMap: async () => null });
    expect(answer).toEqual(bare('u-1'));
    expect(outcome).toMatchObject({ reason: 'internal-error' });
  });

  it('reports an error even where nothing was thrown but undefined', async () => {
    const silent = () => {
      throw undefined;
    };
    const { outcome } = await review(text(podReview()), { settings: silent });
    expect(outcome).toMatchObject({ reason: 'internal-error', error: expect.any(Error) });
  });

  it('drops a patch that does not pass the check', async () => {
    const failing = rules({ checkPatch: () => 'X would be there twice' });
    const { answer, outcome } = await review(text(podReview()), { rules: failing });
    expect(answer).toEqual(bare('u-1'));
    expect(outcome).toMatchObject({ reason: 'internal-error', droppedPatch: true });
  });

  it('uses reasons of the one list only', () => {
    for (const reason of ['internal-error', 'deadline-exceeded', 'not-pod-create'])
      expect(reasons).toHaveProperty(reason);
  });
});

describe('the deadline', () => {
  it('gives up before deciding when it has passed', async () => {
    const { answer, outcome } = await review(text(podReview()), { now: () => 1500 });
    expect(answer).toEqual(bare('u-1'));
    expect(outcome).toMatchObject({ reason: 'deadline-exceeded' });
  });

  it('gives up when it passed while deciding', async () => {
    let clock = 0;
    const namespaces = () => {
      clock = 2000;
      return undefined;
    };
    const { outcome } = await review(text(podReview()), { namespaces, now: () => clock });
    expect(outcome).toMatchObject({ reason: 'deadline-exceeded' });
  });
});

describe('ConfigMaps of envFrom', () => {
  const pod = smallPod({ envFrom: [{ configMapRef: { name: 'telemetry' } }] });

  it('counts their keys as set by the user', async () => {
    const readConfigMap = async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere:4318' });
    const { outcome } = await review(text(podReview(pod)), { readConfigMap });
    expect(outcome).toMatchObject({ decision: { containers: [{ outcome: 'skipped', reason: 'user-endpoint' }] } });
  });

  it('asks for them in the namespace of the request', async () => {
    const asked: string[] = [];
    const readConfigMap = async (namespace: string, name: string) => (asked.push(`${namespace}/${name}`), {});
    await review(text(podReview(pod)), { readConfigMap });
    expect(asked).toEqual(['shop/telemetry']);
  });

  it('does not see them without a reader, when it fails, and when it is too slow', async () => {
    const fails = () => Promise.reject(new Error('403'));
    const never = () => new Promise<never>(() => {});
    for (const changes of [{}, { readConfigMap: fails }, { readConfigMap: never, configMapsWithinMs: 5 }]) {
      const { outcome } = await review(text(podReview(pod)), changes);
      expect(outcome).toMatchObject({
        result: 'patched',
        decision: { containers: [{ choice: { unseen: [expect.stringContaining('telemetry')] } }] },
      });
    }
  });
});
