import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { type AuditEvent, readAudit } from './audit.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { Child, guard } from './child.ts';
import {
  apiServerFlags,
  type ControlPlaneFiles,
  controllerManagerFlags,
  etcdFlags,
  type Ports,
  writeFiles,
} from './flags.ts';
import { Rest } from './rest.ts';

export interface ControlPlaneOptions {
  /** Logs each request, for `auditEvents`. */
  readonly audit?: boolean;
  /** Also starts kube-controller-manager. */
  readonly controllerManager?: boolean;
}

const readyMs = 90_000;

/**
 * Starts a real etcd and kube-apiserver on free ports of 127.0.0.1, with RBAC, and waits until they are ready. Nothing
 * is left of them after `stop`, nor if this process dies.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error('there is no etcd and kube-apiserver; ask binariesOrSkip first');
  const folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-cluster-'));
  const { release } = guard(folder);
  const [etcd, etcdPeer, apiServer] = await freePorts(3);
  const ports = { etcd, etcdPeer, apiServer } as Ports;
  const plane = new ControlPlane(binaries, await writeFiles(folder), ports, options.audit === true, release);
  try {
    await plane.resumeApiServer();
    if (options.controllerManager === true) await plane.startControllerManager();
    return plane;
  } catch (error) {
    await plane.stop();
    throw error;
  }
}

export class ControlPlane {
  readonly url: string;
  readonly port: number;
  readonly caPem: string;
  readonly caFile: string;
  /** Holds logs (etcd.log, kube-apiserver.log, …) and what tests like to put there; goes with the control plane. */
  readonly folder: string;
  /** Member of system:masters. */
  readonly admin: Rest;
  readonly adminToken: string;
  readonly #binaries: Binaries;
  readonly #files: ControlPlaneFiles;
  readonly #flags: string[];
  readonly #release: () => Promise<void>;
  readonly #clients: Rest[] = [];
  readonly #etcd: Child;
  #apiServer: Child | undefined;
  #controllerManager: Child | undefined;

  constructor(
    binaries: Binaries,
    files: ControlPlaneFiles,
    ports: Ports,
    audit: boolean,
    release: () => Promise<void>,
  ) {
    this.#binaries = binaries;
    this.#files = files;
    this.#release = release;
    this.#flags = apiServerFlags(files.folder, ports, audit);
    ({ folder: this.folder, caPem: this.caPem, caFile: this.caFile, adminToken: this.adminToken } = files);
    this.port = ports.apiServer;
    this.url = `https://127.0.0.1:${this.port}`;
    this.admin = this.rest(files.adminToken);
    this.#etcd = new Child(this.folder, 'etcd', binaries.etcd, etcdFlags(this.folder, ports));
  }

  /** Raw requests as whoever the token belongs to. Closed by `stop`. */
  rest(token: string): Rest {
    const rest = new Rest(this.url, this.caPem, token);
    this.#clients.push(rest);
    return rest;
  }

  /** A bound token of a ServiceAccount, as the kubelet would ask for it. The API server allows no less than 600 s. */
  async tokenFor(namespace: string, serviceAccount: string, expirationSeconds = 3600): Promise<string> {
    const at = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } };
    return (await this.admin.call<{ status: { token: string } }>('POST', at, body)).status.token;
  }

  /** Writes a kubeconfig whose token stands in a file of its own, next to it, so that it can be replaced. */
  async writeKubeconfig(name: string, token: string, namespace = 'default'): Promise<string> {
    const file = path.join(this.folder, `${name}.kubeconfig`);
    const tokenFile = path.join(this.folder, `${name}.token`);
    await writeFile(tokenFile, token, { mode: 0o600 });
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server: this.url, 'certificate-authority': this.caFile } }],
      users: [{ name, user: { tokenFile } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    };
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** A namespace with the ServiceAccount that pods need, for when no controller makes it. */
  async createNamespace(name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}) {
    await this.admin.call('POST', '/api/v1/namespaces', { metadata: { name, labels, annotations } });
    const made = await this.admin.send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, {
      metadata: { name: 'default' },
    });
    // 409: the controller manager was faster.
    if (made.status >= 400 && made.status !== 409) throw new Error(`no ServiceAccount in ${name}: ${made.status}`);
  }

  /** What was asked of the API server so far; with the option `audit` only. */
  auditEvents(): Promise<AuditEvent[]> {
    return readAudit(this.#files.auditFile);
  }

  /**
   * Makes the API server go away, as by a restart (`stop`), a crash (`kill`), or so that it accepts connections and
   * does not answer (`freeze`). etcd stays, and so does everything in it.
   */
  async pauseApiServer(how: 'stop' | 'kill' | 'freeze' = 'stop'): Promise<void> {
    if (how === 'freeze') this.#apiServer?.signal('SIGSTOP');
    else await this.#apiServer?.end(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }

  /** Starts the API server (again), on the same port, or lets it go on; resolves when it is ready. */
  async resumeApiServer(): Promise<void> {
    if (this.#apiServer?.running === true) this.#apiServer.signal('SIGCONT');
    else this.#apiServer = new Child(this.folder, 'kube-apiserver', this.#binaries.apiServer, this.#flags);
    await this.#ready(this.#apiServer);
  }

  async startControllerManager(): Promise<void> {
    const { controllerManager } = this.#binaries;
    if (controllerManager === undefined) throw new Error('there is no kube-controller-manager');
    const kubeconfig = await this.writeKubeconfig('controller-manager', this.#files.controllerManagerToken);
    const flags = controllerManagerFlags(this.folder, kubeconfig);
    this.#controllerManager = new Child(this.folder, 'kube-controller-manager', controllerManager, flags);
  }

  /** Ends everything and removes the folder. May be called twice. */
  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#controllerManager?.end('SIGKILL');
    await this.#apiServer?.end('SIGKILL');
    await this.#etcd.end('SIGKILL');
    await this.#release();
  }

  async #ready(apiServer: Child): Promise<void> {
    const end = performance.now() + readyMs;
    for (;;) {
      const status = await this.admin.send('GET', '/readyz').then(
        ({ status }) => status,
        () => 0,
      );
      if (status === 200) return;
      const failed = [this.#etcd, apiServer].find((child) => !child.running) ?? (performance.now() > end && apiServer);
      if (failed) throw new Error(`${failed.name} did not get ready. Its last words:\n${await failed.logTail()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** An IPv4 address of this machine that may stand in an EndpointSlice, which a loopback address may not. */
export function hostAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

/** Held open together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
