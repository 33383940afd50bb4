import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { kubectl } from '../manifests/kustomize.ts';
import type { ControlPlane } from './control-plane.ts';

export interface KubectlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real kubectl as an admin of the cluster. */
export async function runKubectl(plane: ControlPlane, args: readonly string[]): Promise<KubectlResult> {
  if (kubectl === undefined) throw new Error('there is no kubectl');
  const kubeconfig = await plane.writeKubeconfig('kubectl', plane.adminToken);
  const env = { PATH: process.env['PATH'], KUBECONFIG: kubeconfig, HOME: plane.folder };
  const child = spawn(kubectl, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
