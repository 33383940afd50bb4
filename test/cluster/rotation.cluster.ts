import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  authoritiesIn,
  authoritySecret,
  deleteAuthoritySecret,
  setCaBundle,
  trustedAuthorities,
} from './authority-objects.ts';
import { burst } from './burst.ts';
import { watchFailingOpen } from './failing-open.ts';
import { account, enabled, namespace } from './installation.ts';
import { describeLoad, startLoad } from './load.ts';
import { recordRotation } from './rotation-record.ts';
import { servedAt } from './served.ts';
import { type SlowLink, startSlowLink } from './slow-link.ts';
import { describeInstalled, say } from './suite.ts';

/** The shortest there may be: a serving certificate for 2 s, a CA for 10 s, until the next one comes. */
const config = 'certificates: { caLifetime: 15s, leafLifetime: 3s, propagation: 1s }\nlog: { level: debug }\n';
const successions = 20;
const mostMs = 420_000;
const starts = 10;
/** Three times the propagation, as if an admin had set that far too short. */
const lateMs = 3000;
/** The watches that certificates are about. */
const late = /\/(secrets|mutatingwebhookconfigurations)\?.*watch=true/;

describeInstalled('certificates of two replicas', { replicas: 1, config }, (installed) => {
  let link: SlowLink;
  beforeAll(async () => {
    await installed.plane.createNamespace('shop', enabled);
    link = await startSlowLink(installed.plane, late, lateMs);
  });
  afterAll(() => link?.close());

  it(`are replaced under load, the CA ${successions} times, while one replica learns of it late`, async () => {
    const { plane, installation } = installed;
    const usual = await plane.writeKubeconfig('late', await plane.tokenFor(namespace, account), namespace);
    await installation.startReplica({ flags: [`--kubeconfig=${await link.kubeconfig(usual)}`] });
    await installation.waitReady();
    const failingOpen = await watchFailingOpen(plane);
    const record = recordRotation(plane, installation.replicas);
    const load = startLoad(plane, { namespace: 'shop', clients: 6, perSecond: 30, mostPods: 30_000, mostMs });
    const bursts = { created: 0, missed: 0 };
    const started = performance.now();
    while (record.successions() < successions && performance.now() - started < mostMs) {
      const { created, missed } = await burst(plane, 'shop');
      bursts.created += created;
      bursts.missed += missed;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    const counts = await load.stop();
    await record.stop();
    const failedOpen = await failingOpen.count();
    say(`rotation: ${record.describe()}`);
    say(`  the late replica: ${link.held()} pieces of its watches came ${lateMs} ms late`);
    say(`  load: ${describeLoad(counts)}; in bursts of 32 at once: ${bursts.created} created, ${bursts.missed} missed`);
    say(`  the API server failed open ${failedOpen} times`);
    expect(record.successions()).toBeGreaterThanOrEqual(successions);
    expect(Math.min(...record.leaves())).toBeGreaterThanOrEqual(successions);
    expect([counts.missed, counts.errors, bursts.missed]).toEqual([[], [], 0]);
    expect([failedOpen, await failingOpen.lines()]).toEqual([0, []]);
    expect(installation.replicas.flatMap((replica) => replica.complaints())).toEqual([]);
  }, 480_000);

  it(`are of one CA when both start at once on an empty cluster, ${starts} times`, async () => {
    const { plane, installation } = installed;
    const readyMs: number[] = [];
    let conflicts = 0;
    for (let round = 1; round <= starts; round++) {
      await Promise.all(installation.replicas.map((replica) => replica.end()));
      await deleteAuthoritySecret(plane);
      await setCaBundle(plane, '');
      const started = performance.now();
      const both = await Promise.all([installation.startReplica(), installation.startReplica()]);
      await installation.waitReady();
      readyMs.push(Math.round(performance.now() - started));
      const current = authoritiesIn((await authoritySecret(plane))?.['current.crt']?.toString() ?? '');
      const served = await Promise.all(both.map(({ port }) => servedAt('127.0.0.1', port)));
      expect(current).toHaveLength(1);
      expect(await trustedAuthorities(plane)).toEqual(current);
      expect(served.map(({ authority }) => authority)).toEqual([...current, ...current]);
      expect((await burst(plane, 'shop')).missed).toBe(0);
      conflicts += both.flatMap((replica) => replica.lines()).filter(({ msg }) => lost.test(String(msg))).length;
    }
    say(`both at once on an empty cluster: ${readyMs.length} times one CA; ready within ${Math.max(...readyMs)} ms of`);
    say(`  the start of the processes; ${conflicts} writes were lost to the other replica, which then read anew`);
  }, 240_000);
});

const lost = /(replica wrote|writer changed) .* first$/;
