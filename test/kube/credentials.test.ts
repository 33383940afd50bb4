import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newKeyPair } from '../../src/certs/keys.ts';
import { ApiClient } from '../../src/kube/client.ts';
import { loadCredentials } from '../../src/kube/credentials.ts';
import { namespaces } from '../../src/kube/resources.ts';
import { makeAuthority } from '../certs/pairs.ts';
import { authority, FakeApiServer } from './fake-api-server.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nodelocal-otlp-credentials-'));
});
afterEach(() => rm(folder, { recursive: true }));

const kubeconfig = (server: string, user = 'token: abc') => `
apiVersion: v1
kind: Config
current-context: main
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: {${user}}}]
contexts:
- {name: main, context: {cluster: c, user: u, namespace: here}}
- {name: other, context: {cluster: c, user: u, namespace: there}}
`;

async function file(name: string, text: string): Promise<string> {
  const full = path.join(folder, name);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, text);
  return full;
}

async function serviceAccount(token = 'sa-token') {
  await file('sa/token', token);
  await file('sa/ca.crt', 'a certificate');
  await file('sa/namespace', 'own\n');
  return path.join(folder, 'sa');
}

const tokenOf = async (credentials: ReturnType<typeof loadCredentials>) => {
  const { headers } = await credentials.requestOptions();
  return (headers as Record<string, string>)['Authorization'];
};

describe('credentials come from', () => {
  const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };

  it("the pod's ServiceAccount", async () => {
    const credentials = loadCredentials({ env, serviceAccountFolder: await serviceAccount() });
    expect([credentials.server, credentials.namespace]).toEqual(['https://10.96.0.1:443', 'own']);
    expect(await tokenOf(credentials)).toBe('Bearer sa-token');
    expect(String((await credentials.requestOptions()).ca)).toBe('a certificate');
  });

  it('the ServiceAccount in an IPv6 cluster', async () => {
    const serviceAccountFolder = await serviceAccount();
    const credentials = loadCredentials({ env: { KUBERNETES_SERVICE_HOST: 'fd00::1' }, serviceAccountFolder });
    expect(credentials.server).toBe('https://[fd00::1]:443');
  });

  it('KUBECONFIG before the ServiceAccount', async () => {
    const KUBECONFIG = await file('config', kubeconfig('https://a.example/base'));
    const credentials = loadCredentials({ env: { ...env, KUBECONFIG }, serviceAccountFolder: await serviceAccount() });
    expect([credentials.server, credentials.namespace]).toEqual(['https://a.example/base', 'here']);
    expect(await tokenOf(credentials)).toBe('Bearer abc');
  });

  it('all files of KUBECONFIG, the first one first', async () => {
    const first = await file('one', 'current-context: other\n');
    const second = await file('two', kubeconfig('https://a.example'));
    const credentials = loadCredentials({ env: { KUBECONFIG: [first, second].join(path.delimiter) } });
    expect(credentials.namespace).toBe('there');
  });

  it('~/.kube/config', async () => {
    await file('.kube/config', kubeconfig('https://home.example'));
    expect(loadCredentials({ env: {}, home: folder }).server).toBe('https://home.example');
  });

  it('the file and context that are named, before all others', async () => {
    const named = await file('named', kubeconfig('https://named.example'));
    const credentials = loadCredentials({ env: { KUBECONFIG: '/nowhere' }, kubeconfig: named, context: 'other' });
    expect([credentials.server, credentials.namespace]).toEqual(['https://named.example', 'there']);
  });

  it("a kubeconfig's tokenFile, read again after a refresh", async () => {
    await file('token', 'first\n');
    const credentials = loadCredentials({
      env: { KUBECONFIG: await file('config', kubeconfig('https://a.example', 'tokenFile: token')) },
    });
    expect(await tokenOf(credentials)).toBe('Bearer first');
    await file('token', 'second');
    credentials.refresh();
    expect(await tokenOf(credentials)).toBe('Bearer second');
  });
});

describe('without usable credentials it says so', () => {
  it('nothing there', () => {
    const missing = { env: {}, home: folder, serviceAccountFolder: path.join(folder, 'sa') };
    expect(() => loadCredentials(missing)).toThrow(/^no way to a cluster was found: looked at KUBECONFIG/);
  });

  it('a file that is not there', () => {
    expect(() => loadCredentials({ env: { KUBECONFIG: '/nowhere/config' } })).toThrow(
      /cannot load the kubeconfig: ENOENT/,
    );
  });

  it('a context that is not there', async () => {
    const KUBECONFIG = await file('config', kubeconfig('https://a.example'));
    expect(() => loadCredentials({ env: { KUBECONFIG }, context: 'typo' })).toThrow(
      'the kubeconfig has no cluster for the context typo',
    );
  });
});

describe('files that are replaced while the client runs', () => {
  const list = { verb: 'list', resource: namespaces } as const;
  let fake: FakeApiServer;
  let client: ApiClient;
  beforeEach(async () => {
    fake = await FakeApiServer.start();
    const serviceAccountFolder = await serviceAccount('first-token');
    await file('sa/ca.crt', authority.certificatePem);
    const env = { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(fake.port) };
    client = new ApiClient(loadCredentials({ env, serviceAccountFolder }), 'test');
  });
  afterEach(async () => {
    client.close();
    await fake.pause();
  });

  it('keep their connection while nothing changes', async () => {
    for (let i = 0; i < 50; i += 1) await client.request(list);
    expect(fake.connections).toBe(1);
  });

  it('a token: the new one is used after a 401', async () => {
    fake.token = 'first-token';
    await client.request(list);
    fake.token = 'second-token';
    await file('sa/token', 'second-token\n');
    await expect(client.request(list)).rejects.toMatchObject({ kind: 'unauthorized' });
    await expect(client.request(list)).resolves.toHaveProperty('items');
  });

  it('the CA: the new one counts for the next connection', async () => {
    await file('sa/ca.crt', makeAuthority({ keys: await newKeyPair(), now: new Date() }).certificatePem);
    const untrusted = 'shows a certificate of an authority that is not trusted here';
    await expect(client.request(list)).rejects.toThrow(untrusted);
    await file('sa/ca.crt', authority.certificatePem);
    await expect(client.request(list)).resolves.toHaveProperty('items');
  });

  it('a token file that is gone', async () => {
    await rm(path.join(folder, 'sa'), { recursive: true });
    await expect(client.request(list)).rejects.toThrow(
      /^cannot list namespaces: .*sa\/ca.crt cannot be read \(ENOENT\)$/,
    );
  });
});
