import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import type { Signal } from '../../src/otlp/decode.ts';

/** `200`, `503`, `grpc 0`, `grpc 14`, or the code of the error for which no answer came, like `ECONNRESET`. */
export type Status = string;

/** Sends one request of OTLP in protobuf, and never again. The body may be changed once this returns. Never rejects. */
export type Export = (signal: Signal, body: Buffer) => Promise<Status>;

/** OTLP over HTTP. @param endpoint without a path */
export function overHttp(endpoint: string): Export {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/x-protobuf' };
  return (signal, body) =>
    new Promise((resolve) => {
      request(`${endpoint}/v1/${signal}`, { method: 'POST', agent, headers })
        .on('response', (response) => {
          response.resume().on('error', () => {});
          response.on('close', () => resolve(String(response.statusCode)));
        })
        .on('error', (error) => resolve(codeOf(error)))
        .end(Uint8Array.from(body));
    });
}

const paths: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
};

/** OTLP over gRPC, on one connection that is made anew when it has ended: as little of gRPC as it takes to count. */
export function overGrpc(endpoint: string): Export {
  let session: ClientHttp2Session | undefined;
  const current = (): ClientHttp2Session => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(endpoint);
      session.on('error', () => {}).on('goaway', () => (session = undefined));
    }
    return session;
  };
  return (signal, body) =>
    new Promise((resolve) => {
      let status: Status = 'no answer';
      const look = (headers: IncomingHttpHeaders) => {
        if (headers['grpc-status'] !== undefined) status = `grpc ${String(headers['grpc-status'])}`;
      };
      const stream = current().request({
        ':method': 'POST',
        ':path': paths[signal],
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.on('response', look).on('trailers', look).resume();
      stream.on('error', (error) => (status = codeOf(error))).on('close', () => resolve(status));
      const message = Buffer.alloc(5 + body.length);
      message.writeUInt32BE(body.length, 1);
      message.set(body, 5);
      stream.end(message);
    });
}

const codeOf = (error: Error): Status => (error as NodeJS.ErrnoException).code ?? error.message;
