import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { NodelocalError } from '../errors.ts';

export interface CredentialSource {
  /** Read: KUBECONFIG, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where .kube/config may be. */
  readonly home?: string;
  /** A kubeconfig file named by the user: then nothing else counts. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Where the kubelet puts token, ca.crt and namespace. */
  readonly serviceAccountFolder?: string;
}

const kubeletFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where the API server is, and how to be let in; all files are read again, since tokens and CAs are replaced in place. */
export interface Credentials {
  readonly server: string;
  /** The one of the context or of the ServiceAccount. */
  readonly namespace: string | undefined;
  /** TLS options and headers for one request. Has an agent only where a proxy is to be used. */
  readonly requestOptions: () => Promise<RequestOptions>;
  /** Forgets what was cached, a token above all; after an answer 401. */
  readonly refresh: () => void;
}

/**
 * Finds credentials as kubectl does: the file named, else KUBECONFIG, else ~/.kube/config, else the pod's own
 * ServiceAccount.
 *
 * @throws NodelocalError no-cluster when there are none or they can't be used
 */
export function loadCredentials(source: CredentialSource): Credentials {
  let config = load(source);
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    const context = config.getCurrentContext();
    throw new NodelocalError('no-cluster', `the kubeconfig has no cluster for the context ${context || '(none)'}`);
  }
  return {
    server: cluster.server,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
    requestOptions: () => optionsOf(config, cluster.proxyUrl !== undefined),
    refresh: () => {
      config = load(source);
    },
  };
}

async function optionsOf(config: KubeConfig, viaProxy: boolean): Promise<RequestOptions> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { agent, headers, ...rest } = options;
  const trimmed = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value).trim()]);
  // Its own agent neither keeps connections nor notices a new CA, so it serves for proxies only.
  return { ...rest, headers: Object.fromEntries(trimmed), ...(viaProxy && { agent }) };
}

function load(source: CredentialSource): KubeConfig {
  try {
    const config = fromFiles(source) ?? fromServiceAccount(source);
    if (source.context !== undefined) config.setCurrentContext(source.context);
    return config;
  } catch (cause) {
    if (cause instanceof NodelocalError) throw cause;
    throw new NodelocalError('no-cluster', `cannot load the kubeconfig: ${(cause as Error).message}`, { cause });
  }
}

function fromFiles({ kubeconfig, env, home }: CredentialSource): KubeConfig | undefined {
  const named = kubeconfig ?? env['KUBECONFIG'];
  const fallback = home === undefined ? [] : [path.join(home, '.kube', 'config')].filter((file) => existsSync(file));
  const files = named ? named.split(path.delimiter).filter(Boolean) : fallback;
  const [first, ...others] = files.map(fromFile);
  for (const other of others) first?.mergeConfig(other, first.getCurrentContext() !== undefined);
  return first;
}

function fromFile(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  const raw = parse(readFileSync(file, 'utf8')) as { users?: { name: string; user?: { tokenFile?: string } }[] };
  for (const { name, user } of raw.users ?? []) {
    // The library does not know kubectl's tokenFile, only an authentication provider of its own.
    const tokenFile = user?.tokenFile && path.resolve(path.dirname(file), user.tokenFile);
    if (tokenFile) config.users = config.users.map((u) => (u.name === name ? { ...u, ...fileToken(tokenFile) } : u));
  }
  return config;
}

function fromServiceAccount({ env, serviceAccountFolder: folder = kubeletFolder }: CredentialSource): KubeConfig {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  const tokenFile = path.join(folder, 'token');
  if (!host || !existsSync(tokenFile)) {
    const looked = `KUBECONFIG, ~/.kube/config and ${folder}`;
    throw new NodelocalError('no-cluster', `no way to a cluster was found: looked at ${looked}`);
  }
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: 'cluster',
        server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
        caFile: path.join(folder, 'ca.crt'),
        skipTLSVerify: false,
      },
    ],
    users: [{ name: 'user', ...fileToken(tokenFile) }],
    contexts: [{ name: 'pod', cluster: 'cluster', user: 'user', namespace: ownNamespace(folder) }],
    currentContext: 'pod',
  });
  return config;
}

/** Read again every minute: a bound token is replaced when four fifths of its life are over. */
function fileToken(tokenFile: string) {
  return { authProvider: { name: 'tokenFile', config: { tokenFile } } };
}

function ownNamespace(folder: string): string | undefined {
  const file = path.join(folder, 'namespace');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
