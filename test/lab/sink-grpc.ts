import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { Writer } from 'protobufjs/minimal.js';
import type { Signal } from '../../src/otlp/decode.ts';
import { decompressed } from './compression.ts';
import type { Receiver } from './receiver.ts';
import { type Answer, grpcCodes } from './sink-mode.ts';

const signals: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
};

/** Before each message: one byte that says whether it is compressed, and four with its length. */
const prefixBytes = 5;

/**
 * OTLP over gRPC, straight on HTTP/2: one message each way is little enough to do without a library, which would not let
 * go of its connections. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function grpcServer(receiver: Receiver, reset: (port: number) => void): Http2Server {
  const settings = { initialWindowSize: 4 * 1024 * 1024 };
  const server = createServer({ maxSessionMemory: 1000, settings }, undefined);
  server.on('stream', (stream, headers) => {
    // A client that gives up is no error of ours.
    stream.on('error', () => {});
    if (receiver.resets) return reset(Number(stream.session?.socket.remotePort));
    handle(stream, headers, receiver).catch((error: Error) => trailersOnly(stream, 13, { 'grpc-message': error.name }));
  });
  server.on('session', (session) => session.on('error', () => {}));
  return server;
}

async function handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, receiver: Receiver): Promise<void> {
  const signal = signals[headers[':path'] ?? ''];
  if (signal === undefined) return trailersOnly(stream, grpcCodes.unimplemented);
  const message = await buffer(stream);
  const encoding = message[0] === 1 ? String(headers['grpc-encoding']) : undefined;
  const body = await decompressed(message.subarray(prefixBytes), encoding);
  const answer = await receiver.receive('grpc', signal, body, false);
  if (stream.destroyed || answer === 'nothing') return;
  if (answer === 'accepted') accept(stream);
  else refuse(stream, answer);
}

function accept(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(grpcCodes.ok) }));
  stream.end(Buffer.alloc(prefixBytes));
}

function refuse(stream: ServerHttp2Stream, answer: Exclude<Answer, string>): void {
  if ('status' in answer) return stream.respond({ ':status': answer.status }, { endStream: true });
  const { code, retryInfoSeconds } = answer;
  const details =
    retryInfoSeconds === undefined ? {} : { 'grpc-status-details-bin': retryInfo(code, retryInfoSeconds) };
  trailersOnly(stream, code, { 'grpc-message': 'refused by the sink', ...details });
}

function trailersOnly(stream: ServerHttp2Stream, code: number, more: Readonly<Record<string, string>> = {}): void {
  if (stream.destroyed) return;
  const status = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code) };
  stream.respond({ ...status, ...more }, { endStream: true });
}

/** A google.rpc.Status with a RetryInfo, in base64: https://github.com/googleapis/googleapis/tree/master/google/rpc */
export function retryInfo(code: number, seconds: number): string {
  const nanos = Math.round((seconds % 1) * 1e9);
  const delay = new Writer().uint32(8).int64(Math.floor(seconds)).uint32(16).int32(nanos).finish();
  const info = new Writer().uint32(10).bytes(delay).finish();
  const any = new Writer()
    .uint32(10)
    .string('type.googleapis.com/google.rpc.RetryInfo')
    .uint32(18)
    .bytes(info)
    .finish();
  const status = new Writer().uint32(8).int32(code).uint32(26).bytes(any).finish();
  return Buffer.from(status).toString('base64');
}
