import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../src/commands/catalog.ts';
import { runProgram } from '../../src/commands/program.ts';
import { recordedIo } from './io.ts';

async function run(...argv: string[]) {
  const { io, written } = recordedIo();
  return { code: await runProgram(argv, io), ...written };
}

describe('the command line', () => {
  it('prints its version', async () => {
    for (const flag of ['--version', '-V'])
      expect(await run(flag)).toEqual({ code: 0, stdout: '1.2.3-test\n', stderr: '' });
  });

  it('lists every command in its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const name of Object.keys(catalog)) expect(stdout).toMatch(new RegExp(`^ {2}${name} .*\\w`, 'm'));
  });

  it('prints the help on stderr and exits 2 when no command is given', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: nodelocal-otlp');
  });

  it('has the same name for a command in the catalog and in itself', async () => {
    for (const [name, load] of Object.entries(catalog)) expect((await load()).name).toBe(name);
  });

  it('prints the help of one command', async () => {
    for (const argv of [
      ['serve', '--help'],
      ['help', 'serve'],
    ]) {
      const { code, stdout } = await run(...argv);
      expect(code).toBe(0);
      expect(stdout).toContain('--standalone');
    }
  });

  it.each([
    { name: 'an unknown command', argv: ['serv'], says: /unknown command 'serv'[^]*Did you mean serve/ },
    { name: 'an unknown option', argv: ['serve', '--standalon'], says: /unknown option '--standalon'[^]*--standalone/ },
    { name: 'an option without its value', argv: ['serve', '--port'], says: /argument missing/ },
    { name: 'too many arguments', argv: ['serve', '--standalone', 'x'], says: /too many arguments/ },
    { name: 'a command that cannot run', argv: ['serve'], says: /^error: .*\n.*--standalone/ },
  ])('says what is wrong with $name and exits 2', async ({ argv, says }) => {
    const { code, stdout, stderr } = await run(...argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('knows every command that has a file', () => {
    const folder = new URL('../../src/commands/', import.meta.url);
    const files = readdirSync(folder, { encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const specs = files.filter((file) => readFileSync(new URL(file, folder), 'utf8').includes(': CommandSpec = {'));
    expect(Object.keys(catalog).sort()).toEqual(specs.map((file) => file.replace('.ts', '')).sort());
  });
});
