import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { apply } from '../cluster/apply.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import type { Network } from '../lab/network.ts';
import { NodeLocalService } from '../lab/node-local-service.ts';
import { run } from '../lab/run.ts';
import { keep } from '../keep.ts';
import type { Agent } from '../manifests/agent.ts';

const clusterIp = '10.96.0.1';
const port = 443;

/** Where the kubelet mounts the token: client-go knows no other place. */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What the kubelet puts into the environment of every container. */
export const apiServerEnv = { KUBERNETES_SERVICE_HOST: clusterIp, KUBERNETES_SERVICE_PORT: String(port) };

/**
 * A real API server, with controllers, that the agents of a lab reach as in a cluster: at the address of the Service
 * `kubernetes`, with the token of their ServiceAccount, and with no more permissions than the manifests give.
 */
export async function startApiServer(network: Network, agent: Agent): Promise<ControlPlane> {
  const plane = await startControlPlane({ controllerManager: true });
  keep({ dispose: () => plane.stop() });
  await forward(network.ip, plane.port);
  const service = { name: 'kubernetes.default.svc', clusterIp, ports: [port], minSyncPeriodMs: 0 };
  const kubernetes = keep(await NodeLocalService.start(network, service));
  kubernetes.setEndpoint({ ip: network.ip, node: network.node, ready: true, serving: true, terminating: false });
  await kubernetes.settled();
  const { serviceAccountName = '' } = agent.pod;
  const namespace = String(agent.namespace?.metadata.name);
  const ours = agent.objects.filter(({ kind }) =>
    ['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding'].includes(kind),
  );
  await apply(plane, [...(agent.namespace ? [agent.namespace] : []), ...ours]);
  // The controller of DaemonSets asks for the nodes.
  await plane.admin.call('POST', '/api/v1/nodes', { metadata: { name: network.node } });
  await mountAccount(plane, namespace, await plane.tokenFor(namespace, serviceAccountName));
  return plane;
}

/** The API server listens on loopback, where no pod comes. */
async function forward(ip: string, to: number): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(to, '127.0.0.1');
    for (const one of [socket, onward]) {
      sockets.add(one.on('error', () => {}).on('close', () => sockets.delete(one)));
    }
    socket.pipe(onward).pipe(socket);
  });
  await once(server.listen(port, ip), 'listening');
  keep({
    dispose: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

/** All agents of a lab have one file system, so that it is there for all of them, and in this lab only. */
async function mountAccount(plane: ControlPlane, namespace: string, token: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', 'tmpfs', '/var/run']);
  await mkdir(accountFolder, { recursive: true });
  const files = { token, namespace, 'ca.crt': plane.caPem };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(accountFolder, name), text);
}
