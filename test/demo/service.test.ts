import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalService } from '../../src/demo/service.ts';

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

async function service(): Promise<LocalService> {
  const one = await LocalService.open();
  opened.push(one);
  return one;
}

/** An agent that answers each line with its name. */
async function agent(name: string): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('data', () => socket.write(`${name}\n`)).on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return (server.address() as AddressInfo).port;
}

async function client(port: number) {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  const ask = async () => {
    socket.write('who?\n');
    return String((await once(socket, 'data'))[0]).trim();
  };
  return { socket, ask };
}

describe('the stand-in for the Service', () => {
  it('refuses connections while there is no agent, on the port that it keeps', async () => {
    const { port } = await service();
    await expect(client(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('leads new connections to the newest agent and leaves old ones where they are', async () => {
    const one = await service();
    await one.lead(await agent('first'));
    const early = await client(one.port);
    expect(await early.ask()).toBe('first');
    await one.lead(await agent('second'));
    expect(await (await client(one.port)).ask()).toBe('second');
    expect(await early.ask()).toBe('first');
  });

  it('refuses new connections when the agent has gone, and comes back on the same port', async () => {
    const one = await service();
    await one.lead(await agent('first'));
    const early = await client(one.port);
    one.disconnect();
    await expect(client(one.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await early.ask()).toBe('first');
    await one.lead(await agent('second'));
    expect(await (await client(one.port)).ask()).toBe('second');
  });

  it('ends a connection when nobody listens where it leads', async () => {
    const one = await service();
    await one.lead(1);
    const { socket } = await client(one.port);
    expect(await text(socket).catch(() => '')).toBe('');
    expect(socket.destroyed).toBe(true);
  });
});
