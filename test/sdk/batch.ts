import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Count, MeasuredSignal } from '../../src/retry/measurements.ts';
import { addName } from '../lab/hosts.ts';
import { type Account, account } from '../lab/ledger.ts';
import type { Network } from '../lab/network.ts';
import { Sink } from '../lab/sink.ts';
import { type Outage, recoverySeconds, warmUpSeconds } from './cells.ts';
import { busyShare, cpuTime } from './machine.ts';
import type { BuiltApp } from './matrix-apps.ts';
import { steps, type Target } from './outage.ts';
import { type End, RunningApp } from './running-app.ts';
import type { Column } from './settings.ts';

export interface BatchOptions {
  readonly apps: readonly BuiltApp[];
  readonly columns: readonly Column[];
  /** All of one length. */
  readonly outages: readonly Outage[];
  readonly rate: number;
  readonly metricIntervalMs: number;
  readonly logs?: string;
}

/** What one app lost in one outage with one of the settings. */
export interface Measured extends Readonly<Record<MeasuredSignal, Count>> {
  readonly app: string;
  readonly outage: Outage;
  readonly settings: string;
  readonly duplicates: number;
  readonly flushMs: number;
  /** Why it does not count: the machine was too slow, or the app failed. */
  readonly invalid?: string;
}

export interface BatchResult {
  readonly measured: readonly Measured[];
  /** Share of all cores that was busy from the outage's beginning to the end of production. */
  readonly busy: number;
  /** The share of its items that the slowest app did not produce in time. */
  readonly worstLag: number;
}

/** Production may lag by this share before a figure is no longer one of the SDK. */
const mostLag = 0.1;
/** An SDK's schedule delay and time to send. */
const undisturbedSeconds = 7;
// Longer than any SDK's bound for a flush.
const flushLimitMs = 150_000;

/** Runs some outages side by side, each with a sink and processes of its own. */
export async function runBatch(network: Network, options: BatchOptions): Promise<BatchResult> {
  const { outages } = options;
  const targets: Target[] = [];
  for (const outage of outages) targets.push(await startTarget(network, outage));
  const running: Running[] = [];
  for (const apps of inStages(options.apps)) {
    const stage = targets.flatMap((target, i) =>
      startApps(network, target, outages[i] as Outage, { ...options, apps }),
    );
    await Promise.all(stage.map(({ process }) => process.started));
    running.push(...stage);
  }
  await sleep(warmUpSeconds * 1000);
  const before = cpuTime();
  const outageAt = performance.now();
  await Promise.all(targets.map((target, i) => makeOutage(target, outages[i] as Outage)));
  await sleep(Math.max(...outages.map(recoverySeconds)) * 1000);
  const busy = busyShare(before, cpuTime());
  const ends = await Promise.all(running.map(({ process }) => process.stop(flushLimitMs)));
  const accounts = await Promise.all(targets.map(({ sink }) => sink.ledger()));
  const received = accounts.flat();
  for (const { sink, pod } of targets) {
    await sink.dispose();
    await pod.dispose();
  }
  const measured = running.map((one, i) => {
    const end = ends[i] as End;
    const counted = signals.map((signal) => ({
      service: one.process.name,
      signal,
      count: end.produced?.[signal] ?? 0,
    }));
    return measure(one, end, account(counted, received), { rate: options.rate, outageAt });
  });
  return { measured, busy, worstLag: Math.max(...running.map((one, i) => lagOf(one, ends[i] as End, options.rate))) };
}

const signals: readonly MeasuredSignal[] = ['traces', 'logs', 'metrics'];

/** Runtimes that take long to start come first, so that the others do not produce in the rush of all starts. */
function inStages(apps: readonly BuiltApp[]): BuiltApp[][] {
  const slow = ['java', 'python', 'nodejs'];
  const of = (language: string) => apps.filter((app) => app.language === language);
  return [...slow.map(of), apps.filter(({ language }) => !slow.includes(language))].filter(({ length }) => length > 0);
}

async function startTarget(network: Network, { kind, seconds }: Outage): Promise<Target> {
  const pod = await network.addPod(`${kind}-${seconds}`);
  const sink = await Sink.start(pod);
  if (kind !== 'unresolved') return { pod, sink, host: pod.ip };
  const host = `sink-${pod.ip.replaceAll('.', '-')}.lab.svc`;
  addName(host, pod.ip);
  return { pod, sink, host };
}

async function makeOutage(target: Target, { kind, seconds }: Outage): Promise<void> {
  await steps[kind].begin(target);
  await sleep(seconds * 1000);
  await steps[kind].end(target);
}

interface Running {
  readonly app: string;
  readonly outage: Outage;
  readonly settings: string;
  readonly process: RunningApp;
}

function startApps(network: Network, { host }: Target, outage: Outage, options: BatchOptions): Running[] {
  const { apps, columns, rate, metricIntervalMs, logs } = options;
  return apps.flatMap((app) =>
    columns.map(({ name: settings, variables }) => {
      const name = `${app.name}.${settings}.${outage.kind}-${outage.seconds}`;
      const process = new RunningApp(network, {
        program: app.program,
        name,
        variables: {
          LAB_RATE: String(rate),
          OTEL_METRIC_EXPORT_INTERVAL: String(metricIntervalMs),
          // Before 0.210 it does not start with a timeout above the interval; from then on it takes the interval.
          ...(app.language === 'nodejs' && { OTEL_METRIC_EXPORT_TIMEOUT: String(metricIntervalMs) }),
          ...variables(app, host),
        },
        ...(logs !== undefined && { log: join(logs, `${name}.log`) }),
      });
      return { app: app.name, outage, settings, process };
    }),
  );
}

function measure(
  { app, outage, settings, process }: Running,
  end: End,
  accounts: readonly Account[],
  { rate, outageAt }: { rate: number; outageAt: number },
): Measured {
  const countOf = (signal: MeasuredSignal): Count => {
    const found = accounts.find((one) => one.signal === signal);
    return [found?.produced ?? 0, found?.lost.length ?? 0];
  };
  // What was produced well before the outage, and so had every chance to arrive.
  const undisturbed = ((outageAt - process.startedAt) / 1000 - undisturbedSeconds) * rate;
  const lostBefore = accounts.some(({ signal, lost }) => signal !== 'metrics' && lost.some((seq) => seq < undisturbed));
  const why = lostBefore
    ? 'it lost items before the outage'
    : reasonInvalid(end, accounts, lagOf({ process }, end, rate));
  return {
    app,
    outage,
    settings,
    traces: countOf('traces'),
    logs: countOf('logs'),
    metrics: countOf('metrics'),
    duplicates: accounts.reduce((sum, { duplicates }) => sum + duplicates.length, 0),
    flushMs: end.produced?.flushMs ?? 0,
    ...(why !== undefined && { invalid: why }),
  };
}

function reasonInvalid(
  { produced, exitCode, stderr }: End,
  accounts: readonly Account[],
  lag: number,
): string | undefined {
  if (produced === undefined) return `it ended with ${exitCode}: ${stderr.trim().split('\n').at(-1)}`;
  if (accounts.some(({ unknown }) => unknown.length > 0)) return 'numbers arrived that it did not produce';
  return lag > mostLag ? `it produced ${Math.round(lag * 100)} % too little` : undefined;
}

function lagOf({ process }: Pick<Running, 'process'>, { produced }: End, rate: number): number {
  return 1 - (produced?.traces ?? 0) / (process.secondsOfProduction * rate);
}
