import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../../src/kube/client.ts';
import { namespaces } from '../../src/kube/resources.ts';
import { reply } from './fake-api-server.ts';
import { type Setup, setUp, until } from './setup.ts';

const list = { verb: 'list', resource: namespaces } as const;
let setup: Setup;

beforeEach(async () => {
  setup = await setUp();
});
afterEach(() => setup.tearDown());

describe('the client of the API server', () => {
  it('sends 50 requests one after another over one connection', async () => {
    for (let i = 0; i < 50; i += 1) await setup.client.request(list);
    expect(setup.fake.connections).toBe(1);
  });

  it('sends 50 requests at once, and 50 more over the same connections', async () => {
    const all = () => Promise.all(Array.from({ length: 50 }, () => setup.client.request(list)));
    await all();
    const before = setup.fake.connections;
    await all();
    expect(setup.fake.connections).toBe(before);
  });

  it('repeats a read whose kept connection ended just then', async () => {
    await setup.client.request(list);
    let broken = 0;
    setup.fake.intercept = (request) => {
      if (broken > 0) return false;
      broken += 1;
      request.socket.destroy();
      return true;
    };
    await expect(setup.client.request(list)).resolves.toHaveProperty('items');
    expect(broken).toBe(1);
  });

  it('sends its name and the token', async () => {
    const seen: unknown[] = [];
    setup.fake.intercept = ({ headers }) => {
      seen.push(headers['user-agent'], headers.authorization);
      return false;
    };
    await setup.client.request(list);
    expect(seen).toEqual(['nodelocal-otlp/test', 'Bearer a-token']);
  });

  it('leaves no connection behind', async () => {
    await setup.client.request(list);
    setup.client.close();
    await until('all connections are closed', () => setup.fake.openConnections === 0);
  });
});

describe('a call that fails says why in words', () => {
  const account = 'system:serviceaccount:nodelocal-otlp:nodelocal-otlp-webhook';
  const forbidden = `namespaces is forbidden: User "${account}" cannot list resource "namespaces" in API group "" at the cluster scope`;
  const cases = [
    {
      name: 'a permission that is missing',
      status: 403,
      body: { message: forbidden },
      says: 'cannot list namespaces: forbidden for the ServiceAccount nodelocal-otlp/nodelocal-otlp-webhook: grant verb list on resource namespaces',
    },
    {
      name: 'forbidden for another reason',
      status: 403,
      body: { message: 'namespace x is being terminated' },
      says: 'cannot list namespaces: the API server answered 403 Forbidden: namespace x is being terminated',
    },
    {
      name: 'a server error',
      status: 500,
      body: { message: 'etcd: leader changed\nand more' },
      says: 'cannot list namespaces: the API server answered 500 Internal Server Error: etcd: leader changed',
    },
    {
      name: 'credentials that are not accepted',
      status: 401,
      body: {},
      says: "cannot list namespaces: the API server does not accept the client's credentials (401)",
    },
    {
      name: 'success without JSON',
      status: 200,
      raw: '<html>a proxy</html>',
      says: 'cannot list namespaces: the answer cannot be understood: it is not JSON',
    },
  ];
  it.each(cases)('$name', async ({ status, body, raw, says }) => {
    setup.fake.intercept = (_, response) => {
      if (raw === undefined) reply(response, status, body);
      else response.writeHead(status).end(raw);
      return true;
    };
    await expect(setup.client.request(list)).rejects.toThrow(says);
  });

  it('an API server that is away', async () => {
    await setup.fake.pause();
    const says = `cannot list namespaces: the API server at https://127.0.0.1:${setup.fake.port} refuses connections (ECONNREFUSED)`;
    await expect(setup.client.request(list)).rejects.toThrow(says);
  });

  it('an API server that does not answer, whose connection is not used again', async () => {
    setup.fake.intercept = () => true;
    await expect(setup.client.request(list, { withinMs: 50 })).rejects.toThrow(/did not answer within 0.05 s$/);
    setup.fake.intercept = () => false;
    await setup.client.request(list);
    expect(setup.fake.connections).toBe(2);
  });

  it('an answer that never ends', async () => {
    setup.fake.intercept = (_, response) => response.writeHead(200).write('{');
    await expect(setup.client.request(list, { withinMs: 50 })).rejects.toThrow(/did not answer within 0.05 s$/);
  });

  it('a token file that is not there', async () => {
    const { credentials } = setup;
    const failing = { ...credentials, requestOptions: () => Promise.reject(fileError()) };
    const client = new ApiClient(failing, 'test');
    await expect(client.request(list)).rejects.toThrow('cannot list namespaces: /tokens/one cannot be read (ENOENT)');
  });
});

function fileError(): Error {
  return Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: '/tokens/one' });
}
