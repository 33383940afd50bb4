import { beforeAll, expect, it } from 'vitest';
import { caBundleOf, setCaBundle } from './authority-objects.ts';
import { enabled } from './installation.ts';
import { startLoad } from './load.ts';
import { injectionOf, podOf } from './objects.ts';
import { describeInstalled, say, untilSo } from './suite.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const inMiB = (bytes: number) => Math.round(bytes / 1024 / 1024);

describeInstalled('two replicas without an API server', {}, (installed) => {
  beforeAll(() => installed.plane.createNamespace('shop', enabled));

  /** Of each replica, in MiB, after some load: so that memory before and after is that of a webhook at work. */
  async function memoryUnderLoad(): Promise<number[]> {
    const load = startLoad(installed.plane, { namespace: 'shop', perSecond: 60 });
    await pause(6000);
    const { missed, errors } = await load.stop();
    expect([missed, errors]).toEqual([[], []]);
    const { replicas } = installed.installation;
    return Promise.all(replicas.map(async (replica) => inMiB(await replica.metric('process_resident_memory_bytes'))));
  }

  /** Until every replica injects by the annotation of a namespace that is new: more calls at once than it can answer alone. */
  async function untilWatching(name: string): Promise<number> {
    const { plane } = installed;
    await plane.createNamespace(name, enabled, { 'nodelocal-otlp.dev/protocol': 'grpc' });
    return untilSo(
      'all know a new namespace',
      async () => {
        const path = `/api/v1/namespaces/${name}/pods?dryRun=All`;
        const pods = await Promise.all(
          Array.from({ length: 32 }, () => plane.admin.call('POST', path, podOf('probe'))),
        );
        return pods.every((pod) => injectionOf(pod)?.containers?.['app']?.['protocol'] === 'grpc');
      },
      60_000,
    );
  }

  /** The CA's watches too. */
  async function untilRepaired(): Promise<number> {
    const before = await caBundleOf(installed.plane);
    await setCaBundle(installed.plane, '');
    return untilSo('the caBundle is back', async () => (await caBundleOf(installed.plane)) === before, 60_000);
  }

  it.each([
    { how: 'stop', forMs: 60_000 },
    { how: 'freeze', forMs: 15_000 },
  ] as const)(
    'stay ready, grow no larger, and watch again when it is back ($how, $forMs ms)',
    async ({ how, forMs }) => {
      const { plane, installation } = installed;
      const complaints = () => installation.replicas.flatMap((replica) => replica.complaints()).length;
      const [before, complaintsBefore] = [await memoryUnderLoad(), complaints()];
      await plane.pauseApiServer(how);
      for (const end = performance.now() + forMs; performance.now() < end; await pause(1000)) {
        const ready = await Promise.all(installation.replicas.map((replica) => replica.ready()));
        expect(ready).toEqual([true, true]);
      }
      await plane.resumeApiServer();
      const [watchingMs, repairedMs] = [await untilWatching(`after-${how}`), await untilRepaired()];
      const after = await memoryUnderLoad();
      say(`API server away for ${forMs / 1000} s (${how}): new namespaces known ${watchingMs} ms after it was ready;`);
      say(`  an emptied caBundle repaired in ${repairedMs} ms; ${complaints() - complaintsBefore} warnings`);
      say(`  resident memory ${before.join(' and ')} MiB before, ${after.join(' and ')} MiB after`);
      expect(installation.replicas.every((replica) => replica.running)).toBe(true);
      expect(after.filter((mib, index) => mib >= 1.3 * (before[index] ?? 0))).toEqual([]);
    },
    240_000,
  );
});
