import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { json, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Account } from '../../src/demo/account.ts';
import { findCollectors } from '../../src/demo/collector.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
if (!existsSync(main)) throw new Error('dist/main.js is missing: npm run build');

const [collector] = await findCollectors(process.env);
if (collector === undefined) process.stderr.write('demo with a Collector skipped: there is none\n');

const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-demo-test-'));
afterAll(() => rm(folder, { recursive: true }));

/** With an environment of its own, so that no Collector is found. */
const start = (...argv: string[]) => spawn(process.execPath, [main, 'demo', ...argv], { env: { TMPDIR: folder } });

async function run(...argv: string[]) {
  const child = start('-o', 'json', ...argv);
  const ended = once(child, 'close');
  const [figures, said] = await Promise.all([json(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { ...(figures as { agent: string; accounts: Account[] }), said, code };
}

describe('the demo', () => {
  it.each([
    { name: 'its own agent', argv: [], agent: 'stand-in' },
    ...(collector === undefined ? [] : [{ name: 'a Collector', argv: ['--collector', collector], agent: /otelcol/ }]),
  ])(
    'with $name accounts for every span, and our settings lose none',
    async ({ argv, agent }) => {
      const { code, said, accounts, ...figures } = await run(...argv);
      expect(figures.agent).toMatch(agent);
      expect(accounts.map(({ restart, app }) => `${restart} ${app}`)).toEqual([
        'surge defaults',
        'surge injected',
        'gap defaults',
        'gap injected',
      ]);
      for (const { produced, delivered, lost } of accounts) {
        expect(produced).toBeGreaterThan(1000);
        expect(produced).toBe(delivered + lost);
      }
      const [rolled, rolledInjected, gap, gapInjected] = accounts;
      expect([rolled?.lost, rolledInjected?.lost, gapInjected?.lost]).toEqual([0, 0, 0]);
      expect(gap?.lost).toBeGreaterThan(0);
      expect(gapInjected?.refused).toBeGreaterThan(0);
      expect(said).toContain('The rollout lost nothing');
      expect(code).toBe(0);
    },
    120_000,
  );

  it('leaves nothing behind when it is interrupted', async () => {
    const child = start();
    const ended = once(child, 'close');
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    while (!said.includes('3. The agent') && child.exitCode === null) await sleep(50);
    const children = childrenOf(Number(child.pid));
    expect(children).toHaveLength(3);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(2);
    expect(children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  }, 120_000);
});

const childrenOf = (pid: number): string[] =>
  readFileSync(path.join('/proc', String(pid), 'task', String(pid), 'children'), 'utf8')
    .trim()
    .split(' ');
