import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import jsonpatch from 'fast-json-patch';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { readReview } from '../reviews.ts';
import { recordedIo } from './io.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-manifests-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const full = path.join(folder, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, content);
  return name;
}

async function run(argv: string[], stdin: string | Uint8Array = '', stderr: { isTTY?: boolean; env?: object } = {}) {
  const written = { stdout: '', stderr: '' };
  const { io } = recordedIo({
    cwd: folder,
    stdin: (async function* () {
      yield stdin;
    })(),
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text), isTTY: stderr.isTTY ?? false },
    env: { ...stderr.env },
  });
  return { code: await runProgram(argv, io), ...written };
}

const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n';
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      annotations:
        nodelocal-otlp.dev/language: app=java
    spec:
      containers:
      - name: app   # the app
      - name: istio-proxy
`;

describe('inject', () => {
  it('writes YAML to stdout and words to stderr', async () => {
    const { code, stdout, stderr } = await run(['inject', '-f', '-'], deployment);
    expect([code, stdout.startsWith(deployment.slice(0, deployment.indexOf('nodelocal')))]).toEqual([0, true]);
    expect(stdout).toContain('- name: app   # the app\n        env:\n        - name: OTEL_EXPORTER_OTLP_ENDPOINT\n');
    const [head, app, proxy, ...rest] = stderr.split('\n');
    expect(head).toBe('Deployment shop/web');
    expect(app).toMatch(
      /^ {2}√ app {10}injected {2}http\/protobuf · java · survives (?:under )?\d+ s refused, \d+ s dropped \(measured\)$/,
    );
    expect(proxy).toBe('  – istio-proxy  skipped   excluded-name: its name is on the list exclude.containers');
    expect(rest.at(-2)).toBe('1 of 2 containers injected in 1 workload; 1 skipped (excluded-name 1)');
  });

  it('comes back byte for byte from uninject', async () => {
    const injected = await run(['inject', '-f', '-'], deployment);
    const { code, stdout, stderr } = await run(['uninject', '-f', '-'], injected.stdout);
    expect([code, stdout]).toEqual([0, deployment]);
    expect(stderr).toMatch(
      /^Deployment shop\/web\n {2}√ app {2}removed \d+ variables\n1 container uninjected in 1 workload\n$/,
    );
  });

  it('joins files and folders into one stream', async () => {
    file('all/b.yaml', deployment);
    file('all/a/x.yml', service.trimEnd());
    file('all/a/y.json', '{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}');
    file('all/a/README.md', 'no manifest: [');
    const { stdout, stderr } = await run(['inject', '-f', 'all', '-f', file('more.yaml', `---\n${service}`)]);
    expect(stdout).toBe(
      `${service}---\n{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}\n---\n${deployment}---\n${service}`,
    );
    expect(stderr).toContain('– skipped  namespace-not-enabled: ');
    expect(stderr).toContain('1 workload skipped as a whole (namespace-not-enabled 1)');
  });

  it('prints one object or a List as JSON', async () => {
    const one = JSON.parse((await run(['inject', '-f', '-', '-o', 'json'], deployment)).stdout);
    expect(one.kind).toBe('Deployment');
    expect(one.spec.template.spec.containers[0].env).toContainEqual({
      name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      value: 'http/protobuf',
    });
    const list = `---\napiVersion: v1\nkind: List\nitems:\n- ${service.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const more = JSON.parse((await run(['inject', '-f', '-', '-o', 'json'], deployment + list)).stdout);
    expect(more).toMatchObject({ apiVersion: 'v1', kind: 'List', items: [one, { kind: 'Service' }] });
    expect(JSON.parse((await run(['inject', '-f', '-', '-o', 'json'], list)).stdout)).toMatchObject({ kind: 'List' });
  });

  it('prints a diff, with exit code 1 when something changes', async () => {
    const name = file('web.yaml', deployment);
    const { code, stdout } = await run(['inject', '-f', name, '-o', 'diff']);
    expect([code, ...stdout.split('\n').slice(0, 2)]).toEqual([1, '--- web.yaml', '+++ web.yaml\tinjected']);
    expect(stdout).toContain('+        - name: OTEL_EXPORTER_OTLP_ENDPOINT\n');
    expect(stdout).not.toMatch(/^-(?!--)/m);
    expect(await run(['inject', '-f', '-', '-o', 'diff'], service)).toMatchObject({ code: 0, stdout: '' });
  });

  it('prints JSON Patches for whole objects', async () => {
    const { stdout } = await run(['inject', '-f', '-', '-o', 'patch'], `${service}---\n${deployment}`);
    const [entry, ...more] = JSON.parse(stdout);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      source: 'stdin',
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
    });
    const before = JSON.parse((await run(['uninject', '-f', '-', '-o', 'json'], deployment)).stdout);
    const after = JSON.parse((await run(['inject', '-f', '-', '-o', 'json'], deployment)).stdout);
    expect(jsonpatch.applyPatch(before, entry.patch).newDocument).toEqual(after);
  });

  it('obeys settings', async () => {
    const config = file('config.yaml', 'protocol: grpc\n');
    expect((await run(['inject', '-f', '-', '--config', config], service + '---\n' + deployment)).stdout).toContain(
      ':4317',
    );
    expect((await run(['inject', '-f', '-', '--exclude-containers', 'app'], deployment)).stdout).toContain(
      'OTEL_EXPORTER',
    );
  });

  it('says that there was nothing to do', async () => {
    expect(await run(['inject', '-f', '-'], service)).toEqual({
      code: 0,
      stdout: service,
      stderr: 'no workloads in the input\n',
    });
    expect(await run(['uninject', '-f', '-'], service)).toEqual({
      code: 0,
      stdout: service,
      stderr: 'nothing in the input was injected\n',
    });
  });

  it('names what could not be obeyed, and notes', async () => {
    const odd = deployment.replace('app=java', 'app=java\n        nodelocal-otlp.dev/protocol: carrier-pigeon');
    const { stderr } = await run(['inject', '-f', '-'], odd);
    expect(stderr).toContain(
      '  ! pod annotation nodelocal-otlp.dev/protocol: got "carrier-pigeon", expected grpc or http/protobuf',
    );
    expect(stderr).toMatch(/^note: .* \(app\)$/m);
  });

  it('colours words on a terminal only, and obeys NO_COLOR', async () => {
    const isTTY = true;
    expect((await run(['inject', '-f', '-'], deployment, { isTTY })).stderr).toContain('\u001b[32m√\u001b[39m app');
    expect((await run(['inject', '-f', '-'], deployment, { isTTY, env: { NO_COLOR: '1' } })).stderr).not.toContain(
      '\u001b',
    );
  });
});

describe('inject --review', () => {
  it('answers as the webhook does', async () => {
    const { code, stdout, stderr } = await run(['inject', '--review', '-f', '-'], readReview('special-no-env'));
    const { response } = JSON.parse(stdout);
    expect([code, response.allowed]).toEqual([0, true]);
    const patch = JSON.parse(Buffer.from(response.patch, 'base64').toString());
    expect(patch[0].path).toBe('/spec/containers/0/env');
    expect(stderr).toContain('√ app  injected');
  });

  it('names what is no review', async () => {
    const { code, stdout, stderr } = await run(['inject', '--review', '-f', '-'], deployment);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: stdin: /);
  });
});

describe('uninject', () => {
  it('exits 1 and names what it kept', async () => {
    const { stdout } = await run(['inject', '-f', '-'], deployment);
    const changed = stdout.replace('svc:4318', 'svc:4319');
    const { code, stderr } = await run(['uninject', '-f', '-'], changed);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /! app {2}removed \d+ variables {2}kept OTEL_EXPORTER_OTLP_ENDPOINT: not what inject writes/,
    );
  });

  it('says when the settings are others', async () => {
    const { stdout } = await run(['inject', '-f', '-'], deployment);
    const { stderr } = await run(['uninject', '-f', '-', '--retry-survive', '45s'], stdout);
    expect(stderr).toMatch(/! injected by version 1\.2\.3-test with other settings \(\w{8}, these are \w{8}\)/);
  });
});

describe('what cannot run', () => {
  const utf16 = Buffer.from('\uFEFFkind: Pod', 'utf16le');
  const cases: { name: string; argv: string[]; stdin?: string | Uint8Array; want: RegExp }[] = [
    { name: 'no input', argv: ['inject'], want: /^error: nothing to read: give -f/ },
    { name: 'stdin twice', argv: ['inject', '-f', '-', '-f', '-'], want: /^error: stdin .* only once/ },
    {
      name: 'a missing file',
      argv: ['inject', '-f', 'missing.yaml'],
      want: /^error: cannot read missing\.yaml: ENOENT/,
    },
    { name: 'a folder without manifests', argv: ['uninject', '-f', 'empty'], want: /^error: no \*\.yaml, .* in empty/ },
    {
      name: 'an unknown format',
      argv: ['inject', '-f', '-', '-o', 'xml'],
      want: /Allowed choices are yaml, json, diff, patch/,
    },
    {
      name: 'a syntax error',
      argv: ['inject', '-f', '-'],
      stdin: `${service}---\na: "b\n`,
      want: /^error: stdin:6:1: Missing closing/,
    },
    { name: 'UTF-16', argv: ['inject', '-f', '-'], stdin: utf16, want: /^error: stdin: got UTF-16, expected UTF-8/ },
    {
      name: 'Latin-1',
      argv: ['inject', '-f', '-'],
      stdin: Buffer.from('a: \u00fc', 'latin1'),
      want: /another encoding, expected UTF-8/,
    },
    { name: 'a bad setting', argv: ['inject', '-f', '-', '--protocol', 'x'], want: /^error: [^]*--protocol/ },
  ];
  mkdirSync(path.join(folder, 'empty'));
  it.each(cases)('$name: exit code 2, nothing on stdout', async ({ argv, stdin, want }) => {
    const { code, stdout, stderr } = await run(argv, stdin);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(want);
  });
});
