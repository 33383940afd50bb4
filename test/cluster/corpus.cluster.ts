import { expect, it } from 'vitest';
import { manifestConfigMaps, manifestPods, type NamedPod, reviewPods } from './corpus-pods.ts';
import { comparable, expectedPod } from './expected.ts';
import { enabled, namespace } from './installation.ts';
import { injectionOf } from './objects.ts';
import { tryCreatePod } from './pods.ts';
import { describeInstalled, say } from './suite.ts';

interface Compared {
  readonly title: string;
  readonly stored?: unknown;
  readonly problem?: string;
}

describeInstalled('pods of the corpus', {}, (cluster) => {
  const configMaps = manifestConfigMaps();
  const facts = { configMap: (name: string) => configMaps.get(name) ?? null, clusterIPs: [] as readonly string[] };

  it('has a labelled and an unlabelled namespace, with the same ConfigMaps', async () => {
    const { plane } = cluster;
    await plane.createNamespace('shop', enabled);
    await plane.createNamespace('plain');
    const service = await plane.admin.send('GET', `/api/v1/namespaces/${namespace}/services/telemetry-otlp`);
    facts.clusterIPs = (service.body as { spec?: { clusterIPs?: string[] } }).spec?.clusterIPs ?? [];
    for (const its of ['shop', 'plain']) {
      for (const [name, data] of configMaps) {
        await plane.admin.call('POST', `/api/v1/namespaces/${its}/configmaps`, { metadata: { name }, data });
      }
    }
  });

  /** One pod in both namespaces: what ours became, nothing where both refused it, and what is wrong. */
  async function compare({ title, pod }: NamedPod): Promise<Compared> {
    const real = await createBoth(pod, '');
    // What is too large for this etcd can still be shown.
    const both = real.plain.status === 500 ? await createBoth(pod, '?dryRun=All') : real;
    const [plain, shop] = [both.plain, both.shop];
    if (plain.status !== shop.status) {
      return { title, problem: `${plain.status} unlabelled, ${shop.status} labelled: ${JSON.stringify(shop.body)}` };
    }
    if (plain.status !== 201) return { title };
    expect(injectionOf(plain.body), title).toEqual(injectionOf(pod));
    expect(comparable(shop.body), title).toEqual(comparable(expectedPod(plain.body, facts).pod));
    return { title, stored: shop.body };
  }

  const createBoth = async (pod: object, query: string) => ({
    plain: await tryCreatePod(cluster.plane, 'plain', pod, query),
    shop: await tryCreatePod(cluster.plane, 'shop', pod, query),
  });

  it.each([
    ['manifests', manifestPods],
    ['reviews', reviewPods],
  ] as const)('%s: accepted wherever they are without us, and equal to what the core gives', async (what, pods) => {
    const all = pods();
    const results: Compared[] = [];
    for (const pod of all) results.push(await compare(pod));
    const problems = results.flatMap(({ title, problem }) => (problem === undefined ? [] : `${title}: ${problem}`));
    const stored = results.flatMap((result) => result.stored ?? []);
    const refused = results.filter((result) => result.stored === undefined && result.problem === undefined);
    const records = stored.map(injectionOf);
    const containers = records.flatMap((record) => Object.values(record?.containers ?? {}));
    const injected = containers.filter((record) => 'protocol' in record).length;
    say(
      `${what}: ${all.length} pods, ${stored.length} accepted in both namespaces, ${refused.length} refused in both (${refused.map(({ title }) => title).join(', ')}), ` +
        `${problems.length} differ; ${records.filter(Boolean).length} annotated; containers: ${injected} injected, ${containers.length - injected} skipped`,
    );
    expect(problems).toEqual([]);
    if (all.length > 0) expect(injected).toBeGreaterThan(10);
  });
});
