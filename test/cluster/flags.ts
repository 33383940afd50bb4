import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { issueAuthority, issueServing } from '../../src/certs/issue.ts';
import { newKeyPair, newSerial } from '../../src/certs/keys.ts';
import { auditPolicy } from './audit.ts';

export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
}

/** The files that a control plane starts from, in one folder. */
export interface ControlPlaneFiles {
  readonly folder: string;
  readonly caPem: string;
  readonly caFile: string;
  readonly adminToken: string;
  readonly controllerManagerToken: string;
  readonly auditFile: string;
}

const dayMs = 24 * 60 * 60_000;

/** Makes certificates, the key of ServiceAccount tokens, static tokens and the audit policy. */
export async function writeFiles(folder: string): Promise<ControlPlaneFiles> {
  await mkdir(folder, { recursive: true });
  const [ca, serving, accounts] = await Promise.all([newKeyPair(), newKeyPair(), newKeyPair()]);
  const common = { now: new Date(), validForMs: dayMs };
  const caPem = issueAuthority({ ...common, keys: ca, serial: newSerial(), commonName: 'test cluster CA' });
  const names = ['localhost', '127.0.0.1', 'kubernetes.default.svc', '10.96.0.1'];
  const servingInput = { ...common, keys: serving, serial: newSerial(), commonName: 'kube-apiserver', names };
  const adminToken = newSerial();
  const controllerManagerToken = newSerial();
  const files: Record<string, string> = {
    'ca.crt': caPem,
    'tls.crt': issueServing(servingInput, { certificatePem: caPem, privateKeyPem: ca.privateKeyPem }),
    'tls.key': serving.privateKeyPem,
    'accounts.key': accounts.privateKeyPem,
    'accounts.pub': accounts.publicKeyPem,
    'audit-policy.json': auditPolicy,
    'audit.log': '',
    'tokens.csv': [
      `${adminToken},admin,admin,"system:masters"`,
      `${controllerManagerToken},system:kube-controller-manager,system:kube-controller-manager`,
      '',
    ].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text, { mode: 0o600 });
  const [caFile, auditFile] = [path.join(folder, 'ca.crt'), path.join(folder, 'audit.log')];
  return { folder, caPem, caFile, adminToken, controllerManagerToken, auditFile };
}

export function etcdFlags(folder: string, { etcd, etcdPeer }: Ports): string[] {
  const [client, peer] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${etcdPeer}`];
  return [
    `--data-dir=${path.join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

export function apiServerFlags(folder: string, ports: Ports, audit: boolean): string[] {
  const at = (name: string) => path.join(folder, name);
  return [
    `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
    `--secure-port=${ports.apiServer}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // A loopback address is no valid endpoint of the Service `kubernetes`, and nothing here uses that.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    // As in nearly every cluster: pods of agents for nodes are privileged.
    '--allow-privileged=true',
    `--tls-cert-file=${at('tls.crt')}`,
    `--tls-private-key-file=${at('tls.key')}`,
    '--authorization-mode=Node,RBAC',
    `--token-auth-file=${at('tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${at('accounts.pub')}`,
    `--service-account-signing-key-file=${at('accounts.key')}`,
    // Webhooks are called at the addresses in EndpointSlices: there is no kube-proxy for their ClusterIPs.
    '--enable-aggregator-routing=true',
    ...(audit ? [`--audit-policy-file=${at('audit-policy.json')}`, `--audit-log-path=${at('audit.log')}`] : []),
  ];
}

/** All that make pods of workloads, and their ServiceAccounts; none that would take our endpoints or nodes away. */
const controllers = [
  'namespace-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'deployment-controller',
  'replicaset-controller',
  'replicationcontroller-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'cronjob-controller',
  'resourcequota-controller',
  'garbage-collector-controller',
];

export function controllerManagerFlags(folder: string, kubeconfig: string): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--controllers=${controllers.join(',')}`,
    `--root-ca-file=${path.join(folder, 'ca.crt')}`,
    `--service-account-private-key-file=${path.join(folder, 'accounts.key')}`,
    // Each controller as its own ServiceAccount, as in a real cluster: audit logs and reviews show who made a pod.
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    '--secure-port=0',
  ];
}
