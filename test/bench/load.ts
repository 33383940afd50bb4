/**
 * The load generator: a process of its own that keeps each connection busy with one request at a time.
 *
 * It has to be cheap, or it would be measured in the server's place: raw sockets, one request buffer written again and
 * again, and of the responses only the head is read.
 */
import { readFileSync } from 'node:fs';
import { connect, type TLSSocket } from 'node:tls';
import { readHead, requestBytes, type ResponseHead } from './answer.ts';
import { percentile } from './statistics.ts';

export interface LoadJob {
  port: number;
  reviewFile: string;
  /** Length of the answer's body when all went well: a shorter 200 is an answer without the patch. */
  bodyBytes: number;
  connections: number;
  /** Stop after whichever comes first. */
  seconds?: number;
  requests?: number;
}

export interface LoadResult {
  requests: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Share of one core that the generator itself used; near 1 it was the bottleneck. */
  busy: number;
}

export type LoadReply = { result: LoadResult } | { error: string };

process.on('message', (job: LoadJob) => {
  run(job).then(
    (result) => process.send?.({ result } satisfies LoadReply),
    (error: Error) => process.send?.({ error: error.message } satisfies LoadReply),
  );
});

async function run(job: LoadJob): Promise<LoadResult> {
  const request = requestBytes(readFileSync(job.reviewFile), job.port);
  const sockets = await Promise.all(Array.from({ length: job.connections }, () => open(job.port)));
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const deadline = start + (job.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let left = job.requests ?? Number.POSITIVE_INFINITY;
  const mayAsk = () => performance.now() < deadline && left-- > 0;
  const record = (ms: number) => latencies.push(ms);
  await Promise.all(sockets.map((socket) => keepAsking(socket, request, job.bodyBytes, mayAsk, record)));
  const elapsedMs = performance.now() - start;
  const used = process.cpuUsage(cpu);
  for (const socket of sockets) socket.destroy();
  const sorted = Float64Array.from(latencies).sort();
  return {
    requests: sorted.length,
    seconds: elapsedMs / 1000,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    busy: (used.user + used.system) / 1000 / elapsedMs,
  };
}

function open(port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.3' } as const;
    const socket = connect(options, () => resolve(socket.setNoDelay(true)));
    socket.once('error', reject);
  });
}

function keepAsking(
  socket: TLSSocket,
  request: Buffer,
  bodyBytes: number,
  mayAsk: () => boolean,
  record: (latencyMs: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let head: ResponseHead | undefined;
    let received = 0;
    let early: Buffer | undefined;
    const ask = () => {
      if (!mayAsk()) return resolve();
      asked = performance.now();
      socket.write(request);
    };
    const read = (chunk: Buffer) => {
      received += chunk.length;
      if (head === undefined) {
        early = early === undefined ? chunk : Buffer.concat([early, chunk]);
        head = readHead(early);
      }
      if (head === undefined || received < head.totalBytes) return;
      record(performance.now() - asked);
      if (head.status !== 200) throw new Error(`status ${head.status}`);
      if (head.bodyBytes !== bodyBytes) throw new Error(`a body of ${head.bodyBytes} bytes instead of ${bodyBytes}`);
      head = early = undefined;
      received = 0;
      ask();
    };
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed a connection')));
    ask();
  });
}
