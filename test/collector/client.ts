import { connect } from 'node:http2';

/** The gRPC status codes that these tests name. */
export const grpcStatus = { ok: 0, unavailable: 14 } as const;

/**
 * A trace request in protobuf with one span for each name:
 * https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 * `padding` adds an attribute of that many bytes to each.
 */
export function traceRequest(names: readonly string[], padding = 0): Buffer {
  const attribute = padding === 0 ? [] : [field(9, keyValue('padding', 'x'.repeat(padding)))];
  const spans = names.map((name) => {
    const times = [fixed64(7, 1_700_000_000_000_000_000n), fixed64(8, 1_700_000_000_500_000_000n)];
    return field(2, [
      field(1, Buffer.alloc(16, 1)),
      field(2, Buffer.alloc(8, 1)),
      field(5, name),
      ...times,
      ...attribute,
    ]);
  });
  return field(1, field(2, spans));
}

/** Sends a trace request over HTTP; resolves with the status. */
export async function sendHttp(port: number, body: Buffer): Promise<number> {
  const headers = { 'content-type': 'application/x-protobuf' };
  const answer = await fetch(`http://127.0.0.1:${port}/v1/traces`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Sends a trace request over gRPC on a connection of its own; resolves with the gRPC status. */
export function sendGrpc(port: number, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`).on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: string | undefined;
    const look = (headers: Record<string, unknown>) =>
      (status = (headers['grpc-status'] as string | undefined) ?? status);
    stream.on('response', look).on('trailers', look).on('error', reject).resume();
    stream.on('close', () => {
      session.close();
      resolve(Number(status));
    });
    const length = Buffer.alloc(5);
    length.writeUInt32BE(body.length, 1);
    stream.end(Buffer.concat([length, body]));
  });
}

type Value = string | Buffer | readonly Buffer[];

/** A field with a length: a text, bytes, or a message given as its fields. */
function field(number: number, value: Value): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.isBuffer(value) ? value : Buffer.concat(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

const keyValue = (key: string, value: string): Buffer[] => [field(1, key), field(2, field(1, value))];

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
