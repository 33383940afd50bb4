import type { Network, Place } from '../lab/network.ts';
import { account } from '../lab/ledger.ts';
import { Sink } from '../lab/sink.ts';
import { limited } from './limited.ts';
import type { BuiltApp } from './matrix-apps.ts';
import { type End, RunningApp } from './running-app.ts';
import { injected } from './settings.ts';

/** One comparison of an app with itself: the same, with variables of ours added. */
interface Trial {
  readonly app: BuiltApp;
  /** What is added, or the user's variables that ours stand next to. */
  readonly what: string;
  readonly without: Readonly<Record<string, string>>;
  readonly with: Readonly<Record<string, string>>;
}

export interface Harm {
  readonly app: string;
  readonly what: string;
  /** In words; empty: none found. */
  readonly found: readonly string[];
}

/**
 * Runs each app with each variable that is injected for it, alone and all together, and next to values that a user may have
 * set, against a run without ours: does it crash, exit otherwise, lose anything, or say something new at its start?
 */
export async function checkHarm(
  network: Network,
  apps: readonly BuiltApp[],
  tried: Readonly<Record<string, string>>,
): Promise<Harm[]> {
  const pod = await network.addPod('harm');
  const sink = await Sink.start(pod);
  const trials = apps.flatMap((app) => trialsOf(app, pod.ip, tried));
  const outcomes = new Map<string, Promise<Outcome>>();
  const places = limited(together);
  const outcomeOf = (app: BuiltApp, variables: Readonly<Record<string, string>>): Promise<Outcome> => {
    const key = `${app.name} ${JSON.stringify(variables)}`;
    const known = outcomes.get(key) ?? places(() => outcome(network, sink, app, variables));
    outcomes.set(key, known);
    return known;
  };
  const harms = await Promise.all(
    trials.map(async ({ app, what, without, ...trial }): Promise<Harm> => {
      const [before, after] = await Promise.all([outcomeOf(app, without), outcomeOf(app, trial.with)]);
      return { app: app.name, what, found: differences(before, after) };
    }),
  );
  await sink.dispose();
  await pod.dispose();
  return harms;
}

/** Processes at a time. */
const together = 6;

/** What a user may have set, and of which ours must make nothing worse. Timeouts are in the unit of the language. */
function userValues({ language }: BuiltApp): Readonly<Record<string, string>>[] {
  const fiveSeconds = language === 'python' ? '5' : '5000';
  return [
    { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8192', OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: '8192' },
    { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20000' },
    { OTEL_BSP_MAX_QUEUE_SIZE: '600', OTEL_BLRP_MAX_QUEUE_SIZE: '600' },
    { OTEL_BSP_EXPORT_TIMEOUT: '1000', OTEL_BLRP_EXPORT_TIMEOUT: '1000' },
    { OTEL_BSP_SCHEDULE_DELAY: '60000', OTEL_BLRP_SCHEDULE_DELAY: '60000' },
    { OTEL_EXPORTER_OTLP_TIMEOUT: fiveSeconds },
    { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: fiveSeconds },
    { OTEL_METRIC_EXPORT_INTERVAL: '1000' },
    { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' },
  ];
}

function trialsOf(app: BuiltApp, host: string, tried: Readonly<Record<string, string>>): Trial[] {
  const { endpoint, retry } = injected(app, host);
  const alone = Object.entries({ ...retry, ...tried }).map(([name, value]) => ({
    app,
    what: `${name}=${value}`,
    without: endpoint,
    with: { ...endpoint, [name]: value },
  }));
  const all = { app, what: 'all of ours', without: endpoint, with: { ...endpoint, ...retry } };
  const unknown = injected({ ...app, language: undefined }, host).retry;
  const asUnknown = {
    app,
    what: 'ours with the language unknown',
    without: endpoint,
    with: { ...endpoint, ...unknown },
  };
  const beside = userValues(app).map((user) => ({
    app,
    what: `ours beside ${Object.entries(user)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    without: { ...endpoint, ...user },
    with: { ...endpoint, ...user, ...injected({ ...app, user }, host).retry },
  }));
  return [...alone, all, asUnknown, ...beside];
}

export interface Outcome {
  readonly exit: string;
  readonly lost: number;
  /** Lines that sound like trouble, without what differs from run to run. */
  readonly warnings: readonly string[];
}

let runs = 0;

async function outcome(
  place: Place,
  sink: Sink,
  app: BuiltApp,
  variables: Readonly<Record<string, string>>,
): Promise<Outcome> {
  runs += 1;
  const name = `${app.name}.harm-${runs}`;
  const process = new RunningApp(place, {
    program: app.program,
    name,
    variables: { LAB_SECONDS: '3', LAB_RATE: '20', ...variables },
  });
  const end = await process.endWithin(limitMs);
  const produced = (['traces', 'logs', 'metrics'] as const).map((signal) => ({
    service: name,
    signal,
    count: end.produced?.[signal] ?? 0,
  }));
  const accounts = account(produced, await sink.ledger());
  return {
    exit: exitOf(end),
    lost: accounts.reduce((sum, { lost, duplicates }) => sum + lost.length + duplicates.length, 0),
    warnings: warningsIn(end.stderr),
  };
}

const limitMs = 90_000;

const exitOf = ({ produced, exitCode }: End): string =>
  produced === undefined ? `ended without a word, exit code ${exitCode}` : `exit code ${exitCode}`;

const soundsLikeTrouble =
  /warn|error|fail|invalid|exception|unknown|unsupported|deprecat|unrecogni[sz]ed|ignor|cannot|clamp/i;
const variable = /\d+(?:[.:,]\d+)*|0x[0-9a-f]+|\b[0-9a-f]{8,}\b/gi;

export const warningsIn = (stderr: string): string[] => [
  ...new Set(
    stderr
      .split('\n')
      .filter((line) => soundsLikeTrouble.test(line))
      .map((line) => line.replaceAll(variable, '#').trim()),
  ),
];

export function differences(before: Outcome, after: Outcome): string[] {
  const news = after.warnings.filter((line) => !before.warnings.includes(line));
  return [
    ...(after.exit === before.exit || before.exit.startsWith('ended')
      ? []
      : [`${after.exit} instead of ${before.exit}`]),
    ...(after.lost > before.lost ? [`${after.lost} items lost or doubled instead of ${before.lost}`] : []),
    ...news.map((line) => `says: ${line.slice(0, 200)}`),
  ];
}
