import { describe, expect, it } from 'vitest';
import { runProgram } from '../../src/commands/program.ts';
import { recordedIo } from './io.ts';

describe('demo', () => {
  it('does not fall back when the Collector that was asked for cannot be the agent', async () => {
    const { io, written } = recordedIo();
    expect(await runProgram(['demo', '--collector', 'missing'], io)).toBe(2);
    expect(written.stdout).toBe('');
    expect(written.stderr).toMatch(/^error: cannot be the agent: \/nowhere\/missing: .*ENOENT/);
  });

  it('ends with 2 when it is stopped', async () => {
    const { io, written } = recordedIo({ signal: AbortSignal.abort() });
    expect(await runProgram(['demo'], io)).toBe(2);
    expect(written.stderr).toContain('stopped');
    expect(written.stdout).toBe('');
  });
});
