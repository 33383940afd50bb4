import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { everyAgent } from '../manifests/agent.ts';
import { read } from '../manifests/files.ts';
import { writeConfig } from './running-agent.ts';
import { collector, textsOf } from './suite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-validate-'));
afterAll(() => rm(folder, { recursive: true }));

const agents = collector === undefined ? [] : everyAgent();
const secretTexts = [...read('docs/agent.md').matchAll(/^```yaml\n# collector\.yaml\n(.*?)^```/gms)].map(
  ([, yaml]) => yaml,
);

/** What `validate` says against a configuration with the variables that the Secret gives; empty when nothing. */
async function complaint(texts: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const args = ['validate', ...(await writeConfig(folder, texts)), '--config=env:NODELOCAL_OTLP_BACKEND_CONFIG:-{}'];
  const { status, stderr } = spawnSync(collector ?? '', args, {
    env: { K8S_NODE_NAME: 'node-1', ...env },
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

describe.skipIf(collector === undefined)('the Collector', () => {
  it.each(agents)('takes the configuration of $title', async (agent) => {
    expect(await complaint(textsOf(agent, folder))).toBe('');
  });

  const [base] = agents;
  const texts = base === undefined ? [] : textsOf(base, folder);

  it.each(['grpc', 'http'])('takes a Secret with all simple keys: %s', async (protocol) => {
    const env = {
      NODELOCAL_OTLP_BACKEND_ENDPOINT: 'https://otlp.example.com:4317',
      NODELOCAL_OTLP_BACKEND_PROTOCOL: protocol,
      NODELOCAL_OTLP_BACKEND_INSECURE: 'true',
      NODELOCAL_OTLP_BACKEND_HEADERS: 'authorization: Bearer abc==\nx-scope-orgid: "1"\n',
    };
    expect(await complaint(texts, env)).toBe('');
  });

  it.each(secretTexts)('takes a Secret with the collector.yaml of the docs: %#', async (text) => {
    expect(text).toContain('exporters:');
    expect(await complaint(texts, { NODELOCAL_OTLP_BACKEND_CONFIG: text ?? '' })).toBe('');
  });

  it.each([
    ['a protocol that there is not', { NODELOCAL_OTLP_BACKEND_PROTOCOL: 'tcp' }, 'otlp_tcp'],
    ['headers that are no YAML map', { NODELOCAL_OTLP_BACKEND_HEADERS: 'a=b' }, 'headers'],
  ])('refuses %s', async (_, env, says) => expect(await complaint(texts, env)).toContain(says));
});
