import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { binariesOrSkip } from '../cluster/binaries.ts';
import { DaemonSet } from '../lab/daemonset.ts';
import { hasLab, startNetwork } from '../lab/suite.ts';
import { keep } from '../keep.ts';
import { agentWith } from '../manifests/agent.ts';
import { kubectl, noKubectl } from '../manifests/kustomize.ts';
import { apiServerEnv, startApiServer } from './api-server.ts';
import { rollOut } from './rollouts.ts';
import { programsFor, Site } from './site.ts';
import { baseAgent, collector, say } from './suite.ts';
import { createWorkloads, type RunningPod, runPod, type Workload } from './workloads.ts';

const workloads: readonly Workload[] = [
  { kind: 'Deployment', name: 'orders' },
  { kind: 'StatefulSet', name: 'stock' },
  { kind: 'DaemonSet', name: 'probe' },
  { kind: 'Job', name: 'import' },
  { kind: 'CronJob', name: 'report' },
  { kind: 'Deployment', name: 'router', hostNetwork: true },
];

const binaries = hasLab && collector !== undefined ? binariesOrSkip() : undefined;
const hasAll = binaries?.controllerManager !== undefined;
if (binaries !== undefined && !hasAll)
  process.stderr.write('enrichment skipped: there is no kube-controller-manager\n');

describe.skipIf(!hasAll).concurrent('what the apps of all kinds of pods send', async () => {
  if (!hasAll) return;
  const network = await startNetwork();
  const plane = await startApiServer(network, baseAgent);
  const [program] = await programsFor(['node-http']);
  const api = { hasApiServer: true, env: apiServerEnv };

  /** Makes the workloads in a namespace named as the site, lets their pods run, and starts an app in each. */
  async function startPods(site: Site, identity: 'auto' | 'always'): Promise<RunningPod[]> {
    const pods = await createWorkloads(plane, site.name, workloads);
    const running: RunningPod[] = [];
    for (const workload of workloads) {
      const place = workload.hostNetwork ? network : await network.addPod(workload.name);
      running.push(await runPod(plane, workload, pods.get(workload.name) as V1Pod, place));
    }
    // The kubelet starts containers a while after the pod has got its address.
    await sleep(1000);
    if (program === undefined) throw new Error('there is no program to run');
    await Promise.all(running.map((pod) => site.startPodApp(program, pod, identity)));
    return running;
  }

  it('bears the names of pod, namespace, node and workload, also from an agent that has just started', async () => {
    const site = await Site.start(network, { name: 'local', agent: baseAgent, ...api });
    const running = await startPods(site, 'auto');
    await sleep(3000);
    await rollOut(site, 1);
    await sleep(3000);
    await report('Local, with a rollout', site, running);
  }, 180_000);

  it('bears them with prefer-same-node, also from the agent of another node', async ({ skip }) => {
    if (kubectl === undefined) return skip(noKubectl);
    const agent = agentWith(['prefer-same-node']);
    const site = await Site.start(network, { name: 'prefer', agent, ...api });
    const secret = site.sink.secret();
    const options = { binary: collector ?? '', agent, service: site.service, secret, ...api };
    const other = keep(await DaemonSet.start(network, options, 'node-2'));
    const running = await startPods(site, 'always');
    await sleep(3000);
    expect(await other.current.metric('otelcol_receiver_accepted_spans')).toBe(0);
    await site.daemonSet.current.shutdown();
    await sleep(5000);
    const elsewhere = await other.current.metric('otelcol_receiver_accepted_spans');
    expect(elsewhere).toBeGreaterThan(0);
    await report(`PreferSameNode, ${elsewhere} spans through another node`, site, running);
  }, 180_000);
});

/** Stops the apps and compares each resource that arrived with what the API server says of its pod. */
async function report(title: string, site: Site, running: readonly RunningPod[]): Promise<void> {
  await Promise.all(site.apps.map((app) => app.stop()));
  await sleep(5000);
  const resources = await site.sink.resources();
  const wrong = running.flatMap(({ service, expected }) =>
    resources
      .filter((one) => one.service === service)
      .filter(({ attributes }) => Object.entries(expected).some(([key, value]) => attributes[key] !== value))
      .map(({ signal, items, attributes }) => ({ service, signal, items, attributes })),
  );
  const seen = running.map(
    ({ service }) => new Set(resources.filter((one) => one.service === service).map((one) => one.signal)).size,
  );
  const items = resources.reduce((sum, one) => sum + one.items, 0);
  say(
    `${title}: ${items} items of ${running.length} pods, ${wrong.reduce((sum, one) => sum + one.items, 0)} with a wrong or missing name`,
  );
  expect(wrong).toEqual([]);
  expect(seen).toEqual(running.map(() => 3));
}
