import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type ApiObject, manifests, root } from '../manifests/files.ts';
import { build } from '../manifests/kustomize.ts';
import { apply } from './apply.ts';
import { Balancer } from './balancer.ts';
import { type ControlPlane, hostAddress } from './control-plane.ts';
import { writeVolume } from './config-volume.ts';
import { injectionOf, podOf } from './objects.ts';
import { Replica } from './replica.ts';

export interface InstallOptions {
  /** 2 as in the Deployment, where not given. */
  readonly replicas?: number;
  /** The text of config.yaml, in the place of the one in the manifests. */
  readonly config?: string;
  /** In addition to the Deployment's arguments. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The kustomization to apply: `manifests`, where not given. */
  readonly folder?: string;
  /** On the server's side, where not given. */
  readonly apply?: (plane: ControlPlane, objects: readonly ApiObject[]) => Promise<unknown>;
}

export const namespace = 'nodelocal-otlp';
export const account = 'nodelocal-otlp-webhook';
export const enabled = { 'nodelocal-otlp.dev/inject': 'enabled' };

/** How the image starts it; a test of the Dockerfile holds the same. */
const program = ['--max-semi-space-size=2', path.join(root, 'dist/main.js')];
const configFolder = '/etc/nodelocal-otlp';
const probeNamespace = 'nodelocal-otlp-probe';
const readyMs = 30_000;
/** Of this process: no two replicas share a log. */
let started = 0;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Applies our manifests to a control plane, and runs the built webhook in the place of its pods: with the arguments
 * and the configuration that the manifests give, and with a token of its ServiceAccount, so that its RBAC is all it
 * may do. Returns at once when the processes listen; see `waitReady`.
 */
export async function install(plane: ControlPlane, options: InstallOptions = {}): Promise<Installation> {
  const objects = withConfig(build(options.folder ?? manifests), options.config);
  await (options.apply ?? apply)(plane, objects);
  const address = hostAddress();
  if (address === undefined) throw new Error('this machine has no address besides loopback');
  const balancer = await Balancer.start(address);
  await apply(plane, [endpointSlice(address, balancer.port)]);
  const installation = new Installation(plane, objects, balancer, options);
  await installation.mountConfig(objects);
  await Promise.all(Array.from({ length: options.replicas ?? 2 }, () => installation.startReplica()));
  return installation;
}

export class Installation {
  /** Those that were started, in order, also when they have ended. */
  readonly replicas: Replica[] = [];
  readonly balancer: Balancer;
  /** What was applied. */
  readonly objects: readonly ApiObject[];
  readonly #plane: ControlPlane;
  readonly #options: InstallOptions;
  readonly #volume: string;

  constructor(plane: ControlPlane, objects: readonly ApiObject[], balancer: Balancer, options: InstallOptions) {
    this.#plane = plane;
    this.objects = objects;
    this.balancer = balancer;
    this.#options = options;
    this.#volume = path.join(plane.folder, 'webhook-config');
  }

  /** Starts one more, with a token of its own; resolves when it listens. */
  async startReplica(more: Pick<InstallOptions, 'flags' | 'env'> = {}): Promise<Replica> {
    started += 1;
    const name = `webhook-${started}`;
    const kubeconfig = await this.#plane.writeKubeconfig(
      name,
      await this.#plane.tokenFor(namespace, account),
      namespace,
    );
    const flags = [`--kubeconfig=${kubeconfig}`, '--port=0', '--metrics-port=0'];
    const replica = await Replica.start({
      folder: this.#plane.folder,
      name,
      args: [...program, ...this.#args(), ...flags, ...(this.#options.flags ?? []), ...(more.flags ?? [])],
      env: { PATH: process.env['PATH'], ...this.#options.env, ...more.env },
    });
    this.replicas.push(replica);
    this.balancer.add(replica);
    return replica;
  }

  /** Ends a replica as the deletion of its pod does: SIGTERM, and no new connections from `propagationMs` on. */
  async terminate(replica: Replica, propagationMs = 500): Promise<void> {
    replica.signal('SIGTERM');
    await sleep(propagationMs);
    this.balancer.terminate(replica);
  }

  /** Brings a changed ConfigMap to the replicas, for which the kubelet would take a minute. */
  async mountConfig(objects: readonly ApiObject[] = this.objects): Promise<void> {
    const found = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'nodelocal-otlp-config',
    );
    await mkdir(this.#volume, { recursive: true });
    await writeVolume(this.#volume, (found as ApiObject & { data: Record<string, string> }).data);
  }

  /** Resolves when all running replicas are ready and the API server really gets an answer from them. */
  async waitReady(withinMs = readyMs): Promise<void> {
    const end = performance.now() + withinMs;
    const running = this.replicas.filter((replica) => replica.running);
    while (this.balancer.ready < running.length || !(await this.isCalled())) {
      if (performance.now() > end) throw new Error(`not ready in ${withinMs} ms:\n${this.#lastWords()}`);
      await sleep(50);
    }
  }

  /** Whether a pod that is created now gets its annotation; asked by a dry run. */
  async isCalled(): Promise<boolean> {
    const path = `/api/v1/namespaces/${probeNamespace}`;
    const { status } = await this.#plane.admin.send('GET', path);
    if (status === 404) await this.#plane.createNamespace(probeNamespace, enabled);
    const answer = await this.#plane.admin.send('POST', `${path}/pods?dryRun=All`, podOf('probe'));
    return answer.status === 201 && injectionOf(answer.body) !== undefined;
  }

  /** Ends all processes and the balancer, at once. May be called twice. */
  async stopAll(): Promise<void> {
    this.balancer.close();
    await Promise.all(this.replicas.map((replica) => replica.end()));
  }

  #args(): string[] {
    const { args } = containerOf(this.objects);
    return args.map((text) => text.replace(configFolder, this.#volume));
  }

  #lastWords(): string {
    return this.replicas.map((replica) => `${replica.name}: ${replica.complaints().slice(-5).join('\n')}`).join('\n');
  }
}

/** The webhook's container in the Deployment. */
export function containerOf(objects: readonly ApiObject[]): { readonly args: readonly string[] } {
  const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: { template: { spec: { containers: [{ args: string[] }] } } };
  };
  return deployment.spec.template.spec.containers[0];
}

/** The objects with another configuration in their ConfigMap. */
export function withConfig(objects: readonly ApiObject[], config: string | undefined): ApiObject[] {
  const isOurs = ({ kind, metadata }: ApiObject) => kind === 'ConfigMap' && metadata.name === 'nodelocal-otlp-config';
  return objects.map((object) =>
    config !== undefined && isOurs(object) ? { ...object, data: { 'config.yaml': config } } : object,
  );
}

/** What the controller of endpoints would write; the API server takes the port by the name that the Service gives it. */
function endpointSlice(address: string, port: number): ApiObject {
  const labels = { 'kubernetes.io/service-name': account };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${account}-test`, namespace, labels },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  } as ApiObject;
}
