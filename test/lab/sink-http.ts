import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Signal } from '../../src/otlp/decode.ts';
import { decompressed } from './compression.ts';
import type { Receiver } from './receiver.ts';
import { type Answer, httpStatusFor } from './sink-mode.ts';

const signals: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/metrics': 'metrics',
  '/v1/logs': 'logs',
};

/** OTLP over HTTP, in protobuf or JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export function httpServer(receiver: Receiver): Server {
  const server = createServer((request, response) => {
    if (receiver.resets) return void request.socket.resetAndDestroy();
    handle(request, response, receiver).catch(() => response.writeHead(400).end());
  });
  // Clients close connections that are idle; those of Go do after 90 s.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 0;
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, receiver: Receiver): Promise<void> {
  const signal = signals[request.url ?? ''];
  if (signal === undefined || request.method !== 'POST') return void response.writeHead(404).end();
  const body = await decompressed(await buffer(request), request.headers['content-encoding']);
  const json = request.headers['content-type']?.startsWith('application/json') === true;
  const answer = await receiver.receive('http', signal, body, json);
  if (answer === 'accepted') {
    const text = json ? '{}' : '';
    const type = json ? 'application/json' : 'application/x-protobuf';
    response.writeHead(200, { 'content-type': type, 'content-length': text.length }).end(text);
  } else if (answer !== 'nothing') refuse(response, answer);
}

function refuse(response: ServerResponse, answer: Exclude<Answer, string>): void {
  const [status, seconds] =
    'status' in answer
      ? [answer.status, answer.retryAfterSeconds]
      : [httpStatusFor(answer.code), answer.retryInfoSeconds];
  response.writeHead(status, seconds === undefined ? {} : { 'retry-after': String(Math.ceil(seconds)) }).end();
}
