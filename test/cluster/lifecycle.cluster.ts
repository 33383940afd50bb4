import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiObject, manifests } from '../manifests/files.ts';
import { kubectl } from '../manifests/kustomize.ts';
import { apply, pathOf } from './apply.ts';
import { binariesOrSkip } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { enabled, install, type Installation, withConfig } from './installation.ts';
import { inventory } from './inventory.ts';
import { runKubectl } from './kubectl.ts';
import { describeLoad, startLoad } from './load.ts';
import { injectionOf, podOf } from './objects.ts';
import { createPod } from './pods.ts';
import { expectOnlyGranted, say, untilSo } from './suite.ts';

const hookPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/nodelocal-otlp';
const short = 'server:\n  drain: 3s\n';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const usable = binariesOrSkip()?.controllerManager !== undefined && kubectl !== undefined;
if (binariesOrSkip() && !usable) say('the life of an installation: skipped, no kube-controller-manager or kubectl');

describe.skipIf(!usable)('the life of an installation, with pods created at every moment', () => {
  let plane: ControlPlane;
  let installation: Installation;
  let before: string[];

  beforeAll(async () => {
    plane = await startControlPlane({ controllerManager: true, audit: true });
    await plane.createNamespace('shop', enabled);
    await untilSo('the namespace has all that it gets', async () =>
      (await inventory(plane)).includes('ConfigMap shop/kube-root-ca.crt'),
    );
    before = await inventory(plane);
    installation = await install(plane, { config: short });
    await installation.waitReady();
  });
  afterAll(async () => {
    await installation?.stopAll();
    await plane?.stop();
  });

  const caBundle = async () => {
    const hook = await plane.admin.call<{ webhooks: [{ clientConfig: { caBundle?: string } }] }>('GET', hookPath);
    return hook.webhooks[0].clientConfig.caBundle;
  };
  /** What is stored of our objects; those without a status with the version, which is another after any write. */
  const stored = (objects: readonly ApiObject[]) =>
    Promise.all(
      objects.map(async (object) => {
        const { status, ...now } = await plane.admin.call<ApiObject & { status?: unknown }>(
          'GET',
          await pathOf(plane, object),
        );
        const passing = { managedFields: undefined, ...(status !== undefined && { resourceVersion: undefined }) };
        return { ...now, metadata: { ...now.metadata, ...passing } };
      }),
    );

  it('applying the same again changes nothing, not even the caBundle that is in no manifest', async () => {
    const load = startLoad(plane, { namespace: 'shop', perSecond: 30 });
    const [bundle, first] = [await caBundle(), await stored(installation.objects)];
    await apply(plane, installation.objects);
    expect([await caBundle(), await stored(installation.objects)]).toEqual([bundle, first]);
    expect(bundle).toMatch(/^[\w+/=]{500,}$/);
    await sleep(1000);
    const counts = await load.stop();
    say(`apply again: ${first.length} objects unchanged; ${describeLoad(counts)}`);
    expect([counts.missed, counts.errors]).toEqual([[], []]);
  });

  it('a changed configuration is re-read, and a rollout replaces the replicas: no pod missed', async () => {
    const load = startLoad(plane, { namespace: 'shop', perSecond: 30 });
    const [bundle, config] = [await caBundle(), await configOfNewPods()];
    const changed = withConfig(installation.objects, `${short}retry:\n  survive: 60s\n`);
    await apply(plane, changed);
    await installation.mountConfig(changed);
    const tookMs = await untilSo('all replicas use it', () =>
      installation.replicas.every((replica) => replica.lines().some(({ msg }) => msg === 'settings changed')),
    );
    expect([await caBundle(), (await configOfNewPods()) === config]).toEqual([bundle, false]);
    const old = [...installation.replicas];
    for (const replica of old) {
      await installation.startReplica();
      await untilSo('the new one is ready', () => installation.balancer.ready > old.length);
      await installation.terminate(replica);
    }
    expect(await Promise.all(old.map((replica) => replica.exited))).toEqual([0, 0]);
    const counts = await load.stop();
    say(
      `upgrade: settings in force ${tookMs} ms after they were in the volume, 2 of 2 replicas replaced; ${describeLoad(counts)}`,
    );
    expect([counts.missed, counts.errors]).toEqual([[], []]);
  });

  it('the hook deleted first, then the rest: nothing is left, and pods are created at every moment', async () => {
    const kept = await createPod(plane, 'shop', podOf('kept'));
    const load = startLoad(plane, { namespace: 'shop', perSecond: 30 });
    const hook = await runKubectl(plane, ['delete', 'mutatingwebhookconfiguration', 'nodelocal-otlp']);
    const rest = await runKubectl(plane, ['delete', '-k', manifests, '--ignore-not-found', '--timeout=60s']);
    for (const replica of installation.replicas) replica.signal('SIGTERM');
    expect([hook.code, rest]).toMatchObject([0, { code: 0 }]);
    await Promise.all(installation.replicas.map((replica) => replica.exited));
    const counts = await load.stop();
    const left = (await inventory(plane)).filter(
      (object) =>
        !before.includes(object) &&
        !object.includes('/nodelocal-otlp-probe') &&
        !object.includes(' nodelocal-otlp-probe/'),
    );
    say(
      `delete: ${counts.created} pods created meanwhile, ${counts.errors.length} refused, slowest ${counts.slowestMs} ms; left: ${left.join(', ')}`,
    );
    expect(counts.errors).toEqual([]);
    expect(left).toEqual(['Pod shop/kept']);
    expect(injectionOf(await plane.admin.call('GET', '/api/v1/namespaces/shop/pods/kept'))).toEqual(injectionOf(kept));
    installation.balancer.close();
  });

  it('installed again by kubectl, applied twice: no drift is left, and pods are injected', async () => {
    const linesOf = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await runKubectl(plane, args);
      if (code !== 0) throw new Error(stderr + stdout);
      return stdout.split('\n').filter(Boolean);
    };
    const kubectlApply = () => linesOf(['apply', '-k', manifests]);
    installation = await install(plane, { apply: kubectlApply });
    await installation.waitReady();
    const first = await stored(installation.objects);
    // It says "configured" also of some that it then leaves as they are, so what is stored is compared.
    const again = await kubectlApply();
    const diff = await linesOf(['diff', '-k', manifests]);
    say(`installed again by kubectl, twice: ${again.length} objects as before, ${diff.length} lines of diff`);
    expect([await stored(installation.objects), diff]).toEqual([first, []]);
    expect(await caBundle()).toMatch(/^[\w+/=]{500,}$/);
    expect(injectionOf(await createPod(plane, 'shop', podOf('again')))).toBeDefined();
  });

  it('has asked the API server for nothing that the manifests do not grant, all the while', () =>
    expectOnlyGranted('the life of an installation', plane));

  async function configOfNewPods(): Promise<string | undefined> {
    return injectionOf(await createPod(plane, 'shop', podOf('config'), '?dryRun=All'))?.config;
  }
});
