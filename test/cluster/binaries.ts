import { existsSync } from 'node:fs';
import path from 'node:path';

export interface Binaries {
  readonly etcd: string;
  readonly apiServer: string;
  /** Needed only where a test wants controllers. */
  readonly controllerManager: string | undefined;
}

/** Where envtest puts them (https://book.kubebuilder.io/reference/envtest), unless KUBEBUILDER_ASSETS names a folder. */
const usualFolder = '/usr/local/kubebuilder/bin';

/** The programs of a control plane, found as envtest finds them; undefined where there are none. */
export function findBinaries(env: NodeJS.ProcessEnv = process.env): Binaries | undefined {
  const folder = env['KUBEBUILDER_ASSETS'] || usualFolder;
  const [etcd, apiServer, controllerManager] = ['etcd', 'kube-apiserver', 'kube-controller-manager']
    .map((name) => path.join(folder, name))
    .map((file) => (existsSync(file) ? file : undefined));
  return etcd && apiServer ? { etcd, apiServer, controllerManager } : undefined;
}

/** As `findBinaries`, and one plain line on stderr where there are none: for the head of a test file. */
export function binariesOrSkip(): Binaries | undefined {
  const binaries = findBinaries();
  if (binaries === undefined) {
    process.stderr.write(`cluster tests skipped: no etcd and kube-apiserver in KUBEBUILDER_ASSETS or ${usualFolder}\n`);
  }
  return binaries;
}
