import { beforeAll, expect, it } from 'vitest';
import { burst } from './burst.ts';
import { watchFailingOpen } from './failing-open.ts';
import { enabled } from './installation.ts';
import { describeLoad, type Load, startLoad } from './load.ts';
import type { Replica } from './replica.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describeInstalled('two replicas under load', {}, (installed) => {
  beforeAll(() => installed.plane.createNamespace('shop', enabled));

  const running = () => installed.installation.replicas.filter((replica) => replica.running);

  /** Ends it as its pod's deletion would; resolves when it has drained. */
  async function terminate(replica: Replica): Promise<void> {
    await installed.installation.terminate(replica);
    expect(await replica.exited).toBe(0);
  }

  async function start(replicas = 1): Promise<void> {
    const { installation } = installed;
    await Promise.all(Array.from({ length: replicas }, () => installation.startReplica()));
    await installation.waitReady();
  }

  /** Lets something happen in the middle of a load, and counts. Each pod must be made, whatever happens. */
  async function during(what: string, happen: (load: Load) => Promise<void>) {
    const failingOpen = await watchFailingOpen(installed.plane);
    const load = startLoad(installed.plane, { namespace: 'shop' });
    await pause(2000);
    expect(load.counts().missed).toEqual([]);
    await happen(load);
    await pause(2000);
    const counts = await load.stop();
    const failedOpen = await failingOpen.count();
    say(`${what}: ${describeLoad(counts)}; the API server failed open ${failedOpen} times`);
    expect(counts.errors).toEqual([]);
    return { missed: counts.missed.length, failedOpen, complaints: await failingOpen.lines() };
  }

  const nothing = { missed: 0, failedOpen: 0, complaints: [] };

  it('misses no pod when one gets SIGTERM', async () => {
    const counted = await during('SIGTERM of one of two', async () => {
      await terminate(running()[0] as Replica);
      expect((await burst(installed.plane, 'shop')).missed).toBe(0);
    });
    expect(counted).toEqual(nothing);
    await start();
  });

  it('misses no pod in a rolling restart of both', async () => {
    const counted = await during('rolling restart of both', async () => {
      for (const old of running()) {
        await start();
        await terminate(old);
      }
    });
    expect(counted).toEqual(nothing);
  });

  it('makes every pod when one is killed, and misses only those until that is known', async () => {
    const { balancer } = installed.installation;
    let missedUntilKnown = 0;
    const { missed } = await during('kill -9 of one of two', async (load) => {
      const [victim] = running() as [Replica];
      victim.signal('SIGKILL');
      await untilSo('it is known', () => !victim.running && balancer.ready === 1);
      await pause(500); // What was on its way is here.
      missedUntilKnown = load.counts().missed.length;
      expect((await burst(installed.plane, 'shop')).missed).toBe(0);
    });
    expect(missed).toBe(missedUntilKnown);
    await start();
  });

  it('makes every pod as it is when both are killed, and injects again when they are back', async () => {
    const { balancer } = installed.installation;
    let missedUntilBack = 0;
    const { missed } = await during('both killed, and started again after 3 s', async (load) => {
      for (const replica of running()) replica.signal('SIGKILL');
      await untilSo('nobody is there to ask', () => balancer.ready === 0);
      await pause(3000);
      await start(2);
      await pause(500);
      missedUntilBack = load.counts().missed.length;
      expect(missedUntilBack).toBeGreaterThan(0);
      expect((await burst(installed.plane, 'shop')).missed).toBe(0);
    });
    expect(missed).toBe(missedUntilBack);
  });
});
