import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { readReview } from './reviews.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const main = path.join(dist, 'main.js');

if (!existsSync(main)) throw new Error('dist/main.js is missing: npm run build');

function start(...argv: string[]) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-dist-'));
  // Nothing of the test run may reach the program: vitest's own variables change how some packages behave.
  const child = spawn(process.execPath, [main, ...argv], { cwd, env: {} });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, cwd, said, ended };
}

describe('the built program, in plain Node', () => {
  it('prints its version', async () => {
    const { said, ended } = start('--version');
    expect(await ended).toBe(0);
    expect(said).toEqual({ stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('prints the help of all commands', async () => {
    const { said, ended } = start('--help');
    expect(await ended).toBe(0);
    expect(said.stdout).toContain('serve');
  });

  it('serves, answers a review and ends with 0 on SIGTERM', async () => {
    const { child, cwd, said, ended } = start('serve', '--standalone', '--port', '0', '--metrics-port', '0');
    while (!said.stderr.includes('try it') && child.exitCode === null) await new Promise((r) => setTimeout(r, 5));
    const url = /webhook (https:\S+:\d+)/.exec(said.stderr)?.[1] ?? said.stderr;
    const { status, body } = await supertest(url)
      .post('/mutate-pods?timeout=2s')
      .ca(readFileSync(path.join(cwd, 'certs/ca.crt'), 'utf8'))
      .set('content-type', 'application/json')
      .send(readReview('special-no-env').toString());
    expect(status).toBe(200);
    expect(body.response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.stderr).toContain('"decision":"patched"');
    expect(said.stdout).toBe('');
  });

  it('does not mind a reader that goes away', async () => {
    const { child, said, ended } = start('serve', '--help');
    child.stdout.destroy();
    expect(await ended).toBe(0);
    expect(said.stderr).toBe('');
  });

  it('brings the licences of what is in it', () => {
    const text = readFileSync(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'express', 'fast-json-patch', 'node-forge', 'pino', 'yaml'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });

  it('begins with the line that makes it a program', () => {
    expect(readFileSync(main, 'utf8').split('\n', 1)).toEqual(['#!/usr/bin/env node']);
    expect(readdirSync(dist)).toContain('chunks');
  });
});
