import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { agentConfiguration, checkCollector, collectorArguments, findCollectors } from '../../src/demo/collector.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-demo-test-'));
afterAll(() => rm(folder, { recursive: true }));
const manifests = new URL('../../manifests', import.meta.url).pathname;

async function program(file: string, script = 'exit 0', mode = 0o755): Promise<string> {
  const full = path.join(folder, file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, `#!/bin/sh\n${script}\n`);
  await chmod(full, mode);
  return full;
}

describe('the search for a Collector', () => {
  it('finds those of PATH before those that tests have built, the newest of these first', async () => {
    const inPath = await program('bin/otelcol-contrib');
    const older = await program('cache/nodelocal-otlp/collector-0.158.0-aa/otelcol-k8s');
    const newer = await program('cache/nodelocal-otlp/collector-0.159.0-bb/otelcol-k8s');
    await program('bin/otelcol', '', 0o644); // Not to be run.
    const places = { PATH: `/nowhere:${folder}/bin`, XDG_CACHE_HOME: `${folder}/cache` };
    expect(await findCollectors(places)).toEqual([inPath, newer, older]);
  });

  it('finds none in an empty environment', async () => expect(await findCollectors({})).toEqual([]));
});

describe('the configuration of a Collector', () => {
  it('is that of the manifests, with the ports of one process', async () => {
    const args = await collectorArguments(folder, await agentConfiguration(manifests), { http: 14318, health: 13133 });
    const files = args.map((arg) => arg.replace('--config=file:', ''));
    const [base, adapted] = await Promise.all(files.map(async (file) => parse(await readFile(file, 'utf8'))));
    expect(base.service.pipelines.traces.receivers).toEqual(['otlp']);
    expect(adapted.receivers.otlp.protocols.http.endpoint).toBe('127.0.0.1:14318');
    // What it changes has to be there under this name.
    for (const part of ['receivers', 'processors', 'extensions']) {
      expect(Object.keys(base[part])).toEqual(expect.arrayContaining(Object.keys(adapted[part])));
    }
    expect(Object.keys(base.service.pipelines)).toEqual(Object.keys(adapted.service.pipelines));
  });

  it('that cannot be read is named', async () => {
    await expect(agentConfiguration('/nowhere')).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

describe('a Collector', () => {
  it('that takes the configuration has a version', async () => {
    const file = await program('good', 'test "$1" = --version && echo "otelcol-k8s version 0.159.0" || exit 0');
    expect(await checkCollector(file, [], {})).toEqual({ version: 'otelcol-k8s 0.159.0' });
  });

  it('that does not take it says why, in one line', async () => {
    const file = await program('bad', 'printf "Error: unknown type\\nmore\\n" >&2; exit 1');
    expect(await checkCollector(file, [], {})).toEqual({ problem: 'Error: unknown type' });
  });

  it('that is no program says so', async () => {
    expect(await checkCollector('/nowhere', [], {})).toEqual({ problem: expect.stringContaining('ENOENT') });
  });
});
