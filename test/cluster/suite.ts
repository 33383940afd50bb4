import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authoritySecretName } from '../../src/kube/access.ts';
import { type ApiObject, manifests } from '../manifests/files.ts';
import { build, kubectl, noKubectl } from '../manifests/kustomize.ts';
import { auditedAccess } from './audited-access.ts';
import { binariesOrSkip } from './binaries.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { install, type Installation, type InstallOptions } from './installation.ts';

/** What the tests of one file share; filled in before the first of them. */
export interface Installed {
  plane: ControlPlane;
  installation: Installation;
}

/** One plain line for people, in the output of the run. */
export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Everything that could be granted, whatever a file applies of it. */
const allObjects = (): ApiObject[] => build(manifests);

/**
 * Tests against a control plane of their own with our manifests applied and the webhook ready. After them it is looked
 * at what the webhook asked of the API server: nothing that the manifests do not grant, and no Secret but its own.
 */
export function describeInstalled(
  title: string,
  options: InstallOptions & ControlPlaneOptions,
  tests: (installed: Installed) => void,
): void {
  const binaries = binariesOrSkip();
  if (binaries !== undefined && kubectl === undefined) say(`cluster tests skipped: ${noKubectl}`);
  const lacksController = options.controllerManager === true && binaries?.controllerManager === undefined;
  if (binaries !== undefined && lacksController) say(`${title}: skipped, there is no kube-controller-manager`);
  describe.skipIf(binaries === undefined || kubectl === undefined || lacksController)(title, () => {
    const installed = {} as Installed;
    beforeAll(async () => {
      installed.plane = await startControlPlane({ audit: true, ...options });
      installed.installation = await install(installed.plane, options);
      await installed.installation.waitReady();
    });
    afterAll(async () => {
      await installed.installation?.stopAll();
      await installed.plane?.stop();
    });

    tests(installed);

    it('has asked the API server for nothing that the manifests do not grant, and for no Secret but its own', () =>
      expectOnlyGranted(title, installed.plane));
  });
}

export async function expectOnlyGranted(title: string, plane: ControlPlane): Promise<void> {
  const { requests, beyond, secrets, failedOpen } = await auditedAccess(plane, allObjects());
  say(
    `${title}: ${requests} lines of audit, ${beyond.length} beyond the RBAC, Secrets: ${secrets.join(', ')}; ` +
      `${failedOpen} calls of the hook failed open`,
  );
  expect({ beyond, secrets }).toEqual({ beyond: [], secrets: [authoritySecretName] });
}

/** Asks again and again until it is so, and gives the time it took in milliseconds; a sentence after `withinMs`. */
export async function untilSo(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  withinMs = 20_000,
): Promise<number> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > withinMs) throw new Error(`not in ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Math.round(performance.now() - started);
}
