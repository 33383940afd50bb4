import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Signal } from '../../../src/otlp/decode.ts';
import { account } from '../../lab/ledger.ts';
import { Receiver } from '../../lab/receiver.ts';
import { grpcServer } from '../../lab/sink-grpc.ts';
import { httpServer } from '../../lab/sink-http.ts';
import type { Mode } from '../../lab/sink-mode.ts';
import { type AppName, apps, buildApp, type Program, type Release } from './build.ts';

/** What each SDK says on stderr of a request that is refused: of its retry, where it tells that, else of its loss. */
const tells: Readonly<Record<AppName, RegExp>> = {
  'node-http': /Scheduling export retry in \d+ms/,
  'node-grpc': /UNAVAILABLE/,
  'python-http': /Transient error .* retrying in/,
  'python-grpc': /Transient error StatusCode.UNAVAILABLE .* retrying in/,
  'java-http': /returned retryable response/,
  'java-grpc': /Failed to export/,
  'javaagent-http': /returned retryable response/,
  'go-http': /failed to upload metrics/,
  'go-grpc': /failed to upload metrics/,
  'rust-http': /503/,
  'rust-grpc': /[Uu]navailable/,
};
const signals = ['traces', 'metrics', 'logs'] as const satisfies readonly Signal[];
/** LAB_RELEASES=newest,oldest for both. */
const releases = (process.env['LAB_RELEASES'] ?? 'newest').split(',') as Release[];
const programs = new Map<string, Program | { missing: string }>();

beforeAll(async () => {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  for (const release of releases) {
    for (const { name } of apps)
      programs.set(`${name} ${release}`, await buildApp(name, { oldest: release === 'oldest', say }));
  }
  for (const program of programs.values()) if ('missing' in program) say(`left out: ${program.missing}`);
}, 1_200_000);

const serve = (mode: Mode) => {
  const receiver = new Receiver();
  receiver.mode = mode;
  return { receiver, http: httpServer(receiver), grpc: grpcServer(receiver, () => {}) };
};
const backends = { open: serve({ kind: 'accept' }), closed: serve({ kind: 'grpc-status', code: 14 }) };
const running = new Set<ChildProcess>();

beforeAll(async () => {
  for (const { http, grpc } of Object.values(backends)) {
    await once(http.listen(0, '127.0.0.1'), 'listening');
    await once(grpc.listen(0, '127.0.0.1'), 'listening');
  }
});

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  for (const { http, grpc } of Object.values(backends)) {
    http.close();
    grpc.close();
  }
});

describe.concurrent.each(releases)('the SDK programs with their %s packages', (release) => {
  it.for(apps)('$name: all that it numbered arrives, and "stop" ends it', async ({ name }, { skip }) => {
    const app = await started(name, builtOr(skip, name, release), 'open');
    // Not while metrics are under way: the Java SDK cancels an export that its shutdown meets.
    await expect.poll(() => arrived(app.service, 'metrics'), { timeout: 60_000 }).toBe(true);
    await sleep(500);
    app.process.stdin.write('stop\n');
    const produced = await app.finished;

    const counts = signals.map((signal) => ({ service: app.service, signal, count: produced[signal] }));
    expect(produced.traces).toBeGreaterThan(0);
    expect(produced.metrics).toBeGreaterThan(0);
    expect(produced.logs).toBe(produced.traces);
    for (const { lost, duplicates, unknown } of account(counts, backends.open.receiver.records.received))
      expect({ lost, duplicates, unknown }, app.stderr()).toEqual({ lost: [], duplicates: [], unknown: [] });
    const sums = backends.open.receiver.records.points.filter(({ service }) => service === app.service);
    expect(new Set(sums.map((point) => `${point.name} ${point.temporality}`))).toEqual(
      new Set(['lab.count cumulative']),
    );
    expect(Math.max(...sums.map(({ value = 0 }) => value))).toBe(produced.count);
  });

  it.for(apps)('$name: tells what is refused, and SIGTERM ends it', async ({ name }, { skip }) => {
    const app = await started(name, builtOr(skip, name, release), 'closed');
    await app.said('progress');
    app.process.kill('SIGTERM');
    await app.finished;
    expect(app.stderr()).toMatch(tells[name]);
  });
});

const arrived = (service: string, signal: Signal): boolean =>
  backends.open.receiver.records.received.some((each) => each.service === service && each.signal === signal);

interface Counts extends Record<Signal, number> {
  count: number;
  flushMs: number;
}

let number = 0;

function builtOr(skip: (why: string) => never, name: AppName, release: Release): Program {
  const program = programs.get(`${name} ${release}`) ?? { missing: `${name} was not built` };
  return 'missing' in program ? skip(program.missing) : program;
}

/** A program that produces and sends to a backend, with short delays. */
async function started(name: AppName, program: Program, to: keyof typeof backends) {
  const protocol = program.env['OTEL_EXPORTER_OTLP_PROTOCOL'] === 'grpc' ? 'grpc' : 'http';
  const { port } = backends[to][protocol].address() as AddressInfo;
  const service = `${name}-${++number}`;
  const child = spawn(program.command, program.args, {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...program.env,
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BLRP_SCHEDULE_DELAY: '200',
      OTEL_METRIC_EXPORT_INTERVAL: '2000',
      // Node takes none above the interval.
      ...(name.startsWith('node') && { OTEL_METRIC_EXPORT_TIMEOUT: '2000' }),
      ...(to === 'closed' && shortPatience(name)),
    },
  });
  const app = watched(child, service);
  await app.said('started');
  return app;
}

/** Only where all is lost anyway: on a busy machine the first request of a JVM can take seconds. */
const shortPatience = (name: AppName): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_TIMEOUT: name.startsWith('python') ? '3' : '3000',
  OTEL_METRIC_EXPORT_TIMEOUT: '500',
  OTEL_BSP_EXPORT_TIMEOUT: '3000',
  OTEL_BLRP_EXPORT_TIMEOUT: '3000',
});

function watched(child: ChildProcessWithoutNullStreams, service: string) {
  running.add(child);
  const events = new Map<string, PromiseWithResolvers<Counts>>();
  const eventNamed = (event: string): PromiseWithResolvers<Counts> => {
    const known = events.get(event) ?? Promise.withResolvers<Counts>();
    events.set(event, known);
    return known;
  };
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { event, ...counts } = JSON.parse(line) as Counts & { event: string };
    expect(line.startsWith(`{"event":"${event}"`), line).toBe(true);
    eventNamed(event).resolve(counts);
  });
  const said = (event: string) => eventNamed(event).promise;
  async function end(): Promise<Counts> {
    const produced = said('produced');
    produced.catch(() => {});
    const [code] = (await once(child, 'close')) as [number | null];
    running.delete(child);
    const error = new Error(`${service} ended with ${code}:\n${stderr.slice(-2000)}`);
    for (const { reject } of events.values()) reject(error);
    if (code !== 0) throw error;
    return produced;
  }
  const finished = end();
  finished.catch(() => {});
  return { process: child, service, said, finished, stderr: () => stderr };
}
