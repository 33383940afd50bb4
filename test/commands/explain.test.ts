import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { corpusFiles } from '../corpus.ts';
import { recordedIo } from './io.ts';

const folder = path.join(import.meta.dirname, 'explain');
const manifests = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

async function run(argv: string[], stdin = '', changes: { isTTY?: boolean; env?: Record<string, string> } = {}) {
  const written = { stdout: '', stderr: '' };
  const { io } = recordedIo({
    cwd: folder,
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: { write: (text) => (written.stdout += text), isTTY: changes.isTTY ?? false },
    stderr: { write: (text) => (written.stderr += text) },
    env: changes.env ?? {},
  });
  return { code: await runProgram(argv, io), ...written };
}

const explainJson = async (...argv: string[]) => JSON.parse((await run(['explain', '-o', 'json', ...argv])).stdout);

describe('explain', () => {
  it.each(manifests)('%s reads as it should', async (name) => {
    const { code, stdout, stderr } = await run(['explain', '-f', name]);
    expect(code).toBe(0);
    await expect(stdout + stderr).toMatchFileSnapshot(path.join(folder, name.replace('.yaml', '.txt')));
  });

  it.each(manifests)('%s fits 100 columns and hides secrets', async (name) => {
    const { stdout } = await run(['explain', '-f', name, '--endpoint-cluster-ips', '10.96.0.40']);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    for (const output of ['text', 'json']) {
      expect((await run(['explain', '-f', name, '-o', output])).stdout).not.toContain('do-not-show');
    }
  });

  it('shows an identity and the address where names do not resolve', async () => {
    const argv = ['explain', '-f', 'host-network.yaml', '--endpoint-cluster-ips', 'fd00::28'];
    const { stdout } = await run(argv);
    await expect(stdout).toMatchFileSnapshot(path.join(folder, 'host-network-with-address.txt'));
  });

  it('knows again what was injected', async () => {
    const before = await run(['explain', '-f', 'many-choices.yaml']);
    const { stdout: injected } = await run(['inject', '-f', 'many-choices.yaml']);
    const after = await run(['explain', '-f', '-'], injected);
    const asBefore = after.stdout
      .replaceAll('injected before, nothing to add', 'injected')
      .replaceAll('injected before', 'injected');
    expect(after.stdout).toContain('√ by-language: injected before, nothing to add');
    expect(asBefore).toBe(before.stdout);
  });

  it('tells an injection by other settings', async () => {
    const { stdout: injected } = await run(['inject', '-f', 'user-settings.yaml', '--retry-survive', '45s']);
    const { stdout } = await run(['explain', '-f', '-'], injected);
    expect(stdout).toMatch(/! it was injected by version 1\.2\.3-test with other settings \(\w{8}, these are \w{8}\)/);
  });

  it('names the setting that chose, and the source of each object', async () => {
    const argv = ['explain', '-f', 'host-network.yaml', '-f', 'skipped.yaml', '--endpoint-mode', 'host-ip'];
    const { stdout } = await run(argv);
    expect(stdout).toContain('mode host-ip, configured by --endpoint-mode');
    expect(stdout).toContain('StatefulSet plain/no-label  (skipped.yaml)');
  });

  it('colours for a person at a terminal only', async () => {
    const argv = ['explain', '-f', 'skipped.yaml'];
    const plain = await run(argv);
    const coloured = await run(argv, '', { isTTY: true });
    expect(coloured.stdout).not.toBe(plain.stdout);
    expect((await run(argv, '', { isTTY: true, env: { NO_COLOR: '1' } })).stdout).toBe(plain.stdout);
  });

  it.each([
    { args: ['pod/web', '-n', 'shop'], says: 'kubectl get pod/web -n shop -o yaml | nodelocal-otlp explain -f -' },
    { args: ['pod', 'web'], says: 'kubectl get pod web -o yaml |' },
    { args: ['web'], says: 'kubectl get pod web -o yaml |' },
    { args: ['web.yaml'], says: 'nodelocal-otlp explain -f web.yaml' },
    { args: [], says: 'nothing to read' },
    { args: ['-f', 'missing.yaml'], says: 'cannot read missing.yaml' },
  ])('exits 2 and says what to do for $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(['explain', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  it('says when there is nothing to explain', async () => {
    const { code, stdout, stderr } = await run(['explain', '-f', '-'], 'apiVersion: v1\nkind: Service\n');
    expect([code, stdout, stderr]).toEqual([0, '', 'no workloads in the input\n']);
  });
});

describe('explain -o json', () => {
  it('has the shape that scripts rely on', async () => {
    const explained = await explainJson('-f', 'skipped.yaml', '-f', 'user-settings.yaml');
    const text = `${JSON.stringify({ ...explained, config: 'hash' }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(path.join(folder, 'shape.json.txt'));
  });

  it('has no field that the docs do not name', async () => {
    const docs = readFileSync(path.join(import.meta.dirname, '../../docs/explain.md'), 'utf8');
    const named = new Set([...docs.matchAll(/`\.?(\w+)(?:\[\])?\??`/g)].map((match) => match[1]));
    const files = manifests.flatMap((name) => ['-f', name]);
    const used = new Set(keysOf(await explainJson(...files, '--endpoint-cluster-ips', '10.96.0.40')));
    expect([...used].filter((key) => !named.has(key))).toEqual([]);
  });
});

function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

const corpus = corpusFiles('manifests');
describe.skipIf(corpus.length === 0)('manifests of the corpus', () => {
  it.each(corpus.length === 0 ? ['none'] : corpus)('%s is explained as inject decides', async (file) => {
    const { code, stdout } = await run(['explain', '-f', file]);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/undefined|\[object|NaN/);
    const { workloads } = await explainJson('-f', file);
    expect(workloads.length).toBeGreaterThan(0);
  });
});
