import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InjectionRules, injectionRules } from '../../src/admission/handler.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { startWebhook, type Webhook } from '../../src/server/webhook.ts';
import { context, recordedLog } from '../admission/context.ts';
import { binariesOrSkip } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { localCertificate } from './local-certificate.ts';
import { podOf } from './objects.ts';
import { registerHook } from './other-hook.ts';
import { type StoredPod, tryCreatePod } from './pods.ts';
import { say, untilSo } from './suite.ts';

type Operations = ReturnType<InjectionRules['buildPatch']>;
const containerPath = '/spec/containers/0';

/** Each turns the sound patch of a pod into one that the API server refuses, with the pod. */
const sabotages: Readonly<Record<string, (sound: Operations) => object[]>> = {
  'a missing parent': () => [{ op: 'add', path: '/spec/containers/9/env/-', value: { name: 'A', value: 'b' } }],
  'no list to add to': () => [{ op: 'add', path: `${containerPath}/env/-`, value: { name: 'A', value: 'b' } }],
  'a test that fails': (sound) => [{ op: 'test', path: `${containerPath}/image`, value: 'other' }, ...sound],
  'the removal of what is needed': (sound) => [...sound, { op: 'remove', path: `${containerPath}/image` }],
  'a number as a value': () => [{ op: 'add', path: `${containerPath}/env`, value: [{ name: 'A', value: 5 }] }],
  'a name that is none': () => [{ op: 'add', path: `${containerPath}/env`, value: [{ name: 'A=B', value: 'c' }] }],
  'another type': (sound) => [...sound, { op: 'add', path: `${containerPath}/image`, value: 5 }],
  'an annotation that is no text': (sound) => [
    ...sound,
    { op: 'add', path: '/metadata/annotations/a', value: { b: 'c' } },
  ],
  'a value and a source': () => [
    {
      op: 'add',
      path: `${containerPath}/env`,
      value: [{ name: 'A', value: 'b', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    },
  ],
};
const labelOf = (title: string) => title.replaceAll(' ', '-');

/** The rules as they are, but for the patch of a pod that asks for a sabotage by its label. */
const sabotagedRules: InjectionRules = {
  ...injectionRules,
  buildPatch: (object, decision) => {
    const sound = injectionRules.buildPatch(object, decision);
    const asked = (object as { metadata: { labels?: Record<string, string> } }).metadata.labels?.['sabotage'];
    const [, sabotage] = Object.entries(sabotages).find(([title]) => labelOf(title) === asked) ?? [];
    return sabotage === undefined ? sound : (sabotage(sound) as Operations);
  },
};

describe.skipIf(binariesOrSkip() === undefined)('a sabotaged patch', () => {
  let plane: ControlPlane;
  const webhooks: Webhook[] = [];
  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(async () => {
    for (const webhook of webhooks) await webhook.stop(0);
    await plane?.stop();
  });

  /** The listener of the product with broken rules, registered for a namespace of its own. */
  async function start(namespace: string, rules: InjectionRules) {
    const certificate = await localCertificate();
    const { log, lines } = recordedLog();
    const sources = {
      version: 'test',
      config: () => '00000000',
      certificateEnds: () => ({}),
      watches: () => [],
      configValid: () => true,
    };
    const metrics = createMetrics(sources);
    const { server } = defaultSettings;
    const webhook = await startWebhook({
      context: context({ rules, now: () => performance.now() }),
      log,
      server: { ...server, port: 0, metricsPort: 0 },
      certificate,
      waitingFor: () => [],
      metrics,
      onOutcome: metrics.count,
    });
    webhooks.push(webhook);
    await plane.createNamespace(namespace);
    await registerHook(plane, { name: namespace, namespace, port: webhook.port, caPem: certificate.caPem });
    await untilSo('the hook is called', async () => {
      const { body } = await tryCreatePod(plane, namespace, podOf('probe'), '?dryRun=All');
      return JSON.stringify(body).includes('OTEL_');
    });
    return { metrics, lines };
  }

  const createAll = (namespace: string) =>
    Promise.all(
      Object.keys(sabotages).map(async (title, index) => {
        const pod = podOf(`sabotaged-${index}`, {}, { metadata: { labels: { sabotage: labelOf(title) } } });
        return { title, ...(await tryCreatePod(plane, namespace, pod)) };
      }),
    );

  it('gets the pod refused where nobody checks it, which is why it is checked', async () => {
    await start('unchecked', { ...sabotagedRules, checkPatch: () => undefined });
    const answers = await createAll('unchecked');
    const refused = answers.filter(({ status }) => status >= 400);
    say(`sabotage: without the check, ${refused.length} of ${answers.length} pods refused`);
    expect(answers.filter(({ status }) => status < 400).map(({ title }) => title)).toEqual([]);
  });

  it('never reaches the API server: the pod is created as it was, and the patch is counted', async () => {
    const { metrics, lines } = await start('checked', sabotagedRules);
    const answers = await createAll('checked');
    const dropped = Number(/^nodelocal_otlp_patches_dropped_total (\d+)$/m.exec(await metrics.text())?.[1]);
    const said = lines().filter(({ level }) => level === 'error').length;
    say(
      `sabotage: with the check, ${answers.filter(({ status }) => status === 201).length} of ${answers.length} pods created, ${dropped} patches dropped, ${said} lines of log`,
    );
    expect(answers.filter(({ status }) => status !== 201).map(({ title, body }) => ({ title, body }))).toEqual([]);
    for (const { title, body } of answers) expect(JSON.stringify(body), title).not.toMatch(/OTEL_|nodelocal-otlp.dev/);
    expect([dropped, said]).toEqual([answers.length, answers.length]);
  });

  it('is not even made where the annotations of a pod leave no room for ours', async () => {
    const annotations = { a: 'x'.repeat(256 * 1024 - 1) };
    const { status, body } = await tryCreatePod(plane, 'checked', podOf('full', {}, { metadata: { annotations } }));
    expect([status, (body as StoredPod).metadata.annotations]).toEqual([201, annotations]);
    expect(JSON.stringify(body)).not.toContain('OTEL_');
  });
});
