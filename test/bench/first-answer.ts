/** Asks a server once and checks the whole answer, so that no server is measured on work it does not do. */
import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import jsonpatch from 'fast-json-patch';
import { readHead, requestBytes } from './answer.ts';

export interface FirstAnswer {
  /** Length of the answer's body; later answers to the same review must have it too. */
  bodyBytes: number;
  /** Variables added, in all containers together. */
  variables: number;
}

interface Pod {
  spec: { containers: { name: string; env: { name: string; value?: string }[] }[] };
}

/** Sends the review over this connection, which is then closed; throws unless the patched pod has the endpoint. */
export async function firstAnswer(tcp: Socket, review: string): Promise<FirstAnswer> {
  const body = await exchange(tcp, requestBytes(Buffer.from(review), tcp.remotePort ?? 0));
  return { bodyBytes: body.length, variables: checkAnswer(review, body.toString()) };
}

/** Counts the variables that the answer adds; throws when it is not one that allows the pod and patches it. */
export function checkAnswer(review: string, answer: string): number {
  const { request } = JSON.parse(review);
  const { kind, response } = JSON.parse(answer);
  const right = kind === 'AdmissionReview' && response.uid === request.uid && response.allowed === true;
  if (!right || response.patchType !== 'JSONPatch') throw new Error(`not an answer with a patch: ${answer}`);
  const before = countVariables(request.object);
  const operations = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  const pod: Pod = jsonpatch.applyPatch(request.object, operations, true).newDocument;
  const without = pod.spec.containers.find(({ env }) => !env.some(({ name }) => name === endpoint));
  if (without !== undefined) throw new Error(`container ${without.name} got no ${endpoint}`);
  return countVariables(pod) - before;
}

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const countVariables = (pod: Pod): number => pod.spec.containers.reduce((sum, { env }) => sum + env.length, 0);

/** The body of the response with status 200; throws for any other, and when the connection ends before. */
async function exchange(tcp: Socket, request: Buffer): Promise<Buffer> {
  // The certificates are ours and die with this run: what a check of them costs is not the servers' work.
  const socket = connect({ socket: tcp, rejectUnauthorized: false, minVersion: 'TLSv1.3' });
  socket.write(request);
  let received: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk]);
    const head = readHead(received);
    if (head === undefined || received.length < head.totalBytes) continue;
    if (head.status !== 200) throw new Error(`status ${head.status}: ${received.toString().slice(0, 500)}`);
    return received.subarray(received.length - head.bodyBytes);
  }
  throw new Error('the connection ended before the answer did');
}
