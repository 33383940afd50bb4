import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { signals } from '../../src/otlp/schema.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { bytes } from '../manifests/sizing.ts';
import { agentCounts } from './agent-counts.ts';
import { balanceLine, balanceOf } from './balance.ts';
import type { SignalLoad } from './load.ts';
import { Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';

/** docs/agent.md, Sizing: the most that was tried. Of each signal, over both protocols together. */
const itemsPerSecond = 10_000;
const itemsInRequest = 100;
const loadOf = (attributes: number): SignalLoad => ({
  items: itemsInRequest,
  shape: { attributes },
  perSecond: itemsPerSecond / itemsInRequest / 2,
  concurrency: 8,
});

/** Ten minutes; in one of them the backend hangs, so that all queues are full and the rate goes on. */
const phases = [
  { name: 'backend keeps up', minutes: 4, mode: 'accept' },
  { name: 'backend hangs', minutes: 1, mode: 'hang' },
  { name: 'backend is back', minutes: 5, mode: 'accept' },
] as const;

const seconds = phases.reduce((sum, { minutes }) => sum + minutes * 60, 0);
const limit = bytes(baseAgent.container.resources?.limits?.['memory']) / 2 ** 20;

describe.skipIf(!hasLab || collector === undefined)('the memory of an agent', () => {
  it('stays within the limit at the documented rate', async () => {
    const site = await Site.start(await startNetwork(), { name: 'memory', agent: baseAgent });
    const agent = site.daemonSet.current;
    const load = { traces: loadOf(10), metrics: loadOf(4), logs: loadOf(4) };
    const loads = await Promise.all(
      (['http', 'grpc'] as const).map((transport) =>
        site.load({ service: `memory-${transport}`, transport, signals: load }),
      ),
    );
    for (const { name, minutes, mode } of phases) {
      await site.sink.setMode({ kind: mode });
      const [from, cpu] = [performance.now(), cpuSeconds(agent.pid)];
      let resident = 0;
      while (performance.now() - from < minutes * 60_000) {
        await sleep(1000);
        resident = Math.max(resident, megabytes(agent.pid, 'VmRSS'));
      }
      const cores = (cpuSeconds(agent.pid) - cpu) / ((performance.now() - from) / 1000);
      say(`${name}, ${minutes} min: at most ${resident} MiB, ${cores.toFixed(2)} cores`);
    }
    await Promise.all(loads.map((one) => one.stop()));
    await site.drained();
    const [peak, ledger] = [megabytes(agent.pid, 'VmHWM'), await site.sink.ledger()];
    say(`peak ${peak} MiB of ${limit} MiB`);
    for (const signal of signals) {
      const balances = loads.map(({ service, answers }) => balanceOf(signal, service, answers, ledger));
      for (const balance of balances) say(balanceLine(balance));
      expect(balances.map(({ missing }) => missing.length)).toEqual([0, 0]);
      expect(balances.reduce((sum, { offered }) => sum + offered, 0)).toBeGreaterThan(0.95 * itemsPerSecond * seconds);
      expect((await agentCounts(agent, signal)).refusedByLimiter).toBe(0);
    }
    expect(agent.restarts).toBe(0);
    expect(peak).toBeLessThan(limit);
  }, 900_000);
});

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
const megabytes = (pid: number, field: 'VmRSS' | 'VmHWM'): number =>
  Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);

/** User and system time, in hundredths of a second there: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
