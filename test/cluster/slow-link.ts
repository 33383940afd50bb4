import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { makeAuthority, makeServing } from '../certs/pairs.ts';
import type { ControlPlane } from './control-plane.ts';

export interface SlowLink {
  /** A kubeconfig like the one given, with the way over this link. */
  readonly kubeconfig: (file: string) => Promise<string>;
  /** How many pieces of answers came late so far. */
  readonly held: () => number;
  readonly close: () => Promise<void>;
}

/**
 * A way to the API server on which the answers to some requests come late, piece by piece: to those whose path and
 * query match `slow`, by `delayMs`. A watch then sees everything in order, but late, as through an API server that lags.
 */
export async function startSlowLink(plane: ControlPlane, slow: RegExp, delayMs: number): Promise<SlowLink> {
  const authority = makeAuthority({ now: new Date() });
  const { certificatePem: cert, privateKeyPem: key } = makeServing(authority, { now: new Date() });
  const agent = new Agent({ ca: plane.caPem, keepAlive: true });
  let held = 0;
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const late = slow.test(incoming.url ?? '');
    forward(plane.url, agent, incoming, outgoing, (deliver) => {
      if (!late) return deliver();
      held += 1;
      setTimeout(deliver, delayMs); // Timers of one length ring in the order in which they were set.
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const caFile = path.join(plane.folder, 'slow-link.crt');
  await writeFile(caFile, authority.certificatePem);
  return {
    kubeconfig: async (file) => {
      const text = await readFile(file, 'utf8');
      const slowFile = file.replace(/\.kubeconfig$/, '-slow.kubeconfig');
      await writeFile(slowFile, text.replace(plane.url, url).replace(plane.caFile, caFile), { mode: 0o600 });
      return slowFile;
    },
    held: () => held,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

function forward(
  url: string,
  agent: Agent,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  pace: (deliver: () => void) => void,
): void {
  const { method, headers } = incoming;
  const onward = httpsRequest(url + incoming.url, { agent, method, headers });
  const giveUp = () => void outgoing.destroy();
  onward.on('error', giveUp);
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
    answer.on('data', (chunk: Buffer) => pace(() => void outgoing.write(chunk)));
    answer.on('end', () => pace(() => void outgoing.end()));
    answer.on('error', giveUp);
  });
  outgoing.on('error', () => undefined);
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
