import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import supertest from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { reviewPath } from '../src/admission/app.ts';
import { inject } from '../src/commands/inject.ts';
import { injectionHash } from '../src/config/hash.ts';
import type { AddOperation } from '../src/inject/patch.ts';
import manifest from '../package.json' with { type: 'json' };
import { context, podReview } from './admission/context.ts';
import { recordedIo } from './commands/io.ts';
import { expectedFile, type GoldenCase, goldenCases, settingsOf } from './golden-cases.ts';
import { listenerForTest } from './server/listening.ts';

const { version } = manifest;
const cases = goldenCases();
const through = (layer: 'http' | 'cli') => cases.filter((golden) => golden.through.includes(layer));
const temporary = mkdtempSync(path.join(tmpdir(), 'golden-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** What the core decided, written by golden.test.ts; a case that never reaches the core has no patch. */
function expectedPatch(golden: GoldenCase): AddOperation[] {
  if (!golden.through.includes('core')) return [];
  return (parse(readFileSync(expectedFile(golden.name), 'utf8')) as { patch: AddOperation[] }).patch;
}

describe('golden cases through HTTP', () => {
  it.each(through('http'))('$name: $title', async (golden) => {
    const { settings } = settingsOf(golden);
    const { listener } = listenerForTest({
      context: context({
        settings: () => ({ injection: settings, stamp: { version, config: injectionHash(settings) } }),
        namespaces: () => ({ annotations: golden.namespace.annotations }),
        clusterIPs: () => settings.endpoint.clusterIPs,
        now: () => performance.now(),
        readConfigMap: async (_namespace, name) => {
          if (!(name in golden.configMaps)) throw new Error('forbidden');
          return golden.configMaps[name];
        },
      }),
    });
    const { status, body } = await supertest(listener).post(reviewPath).send(podReview(golden.pod, golden.request));
    expect(status).toBe(200);
    expect(body.response).toMatchObject({ uid: 'u-1', allowed: true });
    const patch = JSON.parse(Buffer.from(body.response.patch ?? 'W10=', 'base64').toString());
    expect(patch).toEqual(expectedPatch(golden));
  });
});

describe('golden cases through the command line', () => {
  it.each(through('cli'))('$name: $title', async (golden) => {
    const config = path.join(temporary, 'config.json');
    writeFileSync(config, JSON.stringify(golden.settings));
    const { io, written } = recordedIo({ version, stdin: stdinOf(golden) });
    await inject.run({ filename: ['-'], output: 'patch', config }, [], io);
    const [workload] = JSON.parse(written.stdout) as { patch: AddOperation[] }[];
    const patch = expectedPatch(golden);
    // On files, a pod without an injection stays as it is: no annotation says why, the report does.
    const isInjected = patch.some((operation) => operation.path.startsWith('/spec/'));
    expect(workload?.patch ?? []).toEqual(isInjected ? patch : []);
  });
});

async function* stdinOf({ pod, namespace, configMaps }: GoldenCase) {
  const label = { 'nodelocal-otlp.dev/inject': namespace.enabled ? 'enabled' : 'disabled' };
  const documents = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: label, annotations: namespace.annotations },
    },
    ...Object.entries(configMaps).map(([name, data]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'shop' },
      data,
    })),
    { apiVersion: 'v1', kind: 'Pod', ...pod },
  ];
  yield Buffer.from(documents.map((document) => JSON.stringify(document)).join('\n---\n'));
}
