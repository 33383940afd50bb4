import path from 'node:path';
import { expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { read } from '../manifests/files.ts';
import { recordedIo } from './io.ts';

it('the README shows the report that inject prints', async () => {
  const { io, written } = recordedIo({ cwd: path.join(import.meta.dirname, '../..') });
  expect(await runProgram(['inject', '-f', 'docs/examples/shop.yaml'], io)).toBe(0);
  const shown = /^\$ npx nodelocal-otlp inject -f docs\/examples\/shop\.yaml > injected\.yaml\n(.*?)\n\n/ms.exec(
    read('README.md'),
  )?.[1];
  expect(`${shown}\n`).toBe(written.stderr);
});
