import { describe, expect, test } from 'vitest';
import type { Language, Protocol } from '../../src/retry/language.ts';
import type { MeasuredCell, Measurements } from '../../src/retry/measurements.ts';
import { seconds } from '../../src/retry/quantity.ts';
import { retryVariables } from '../../src/retry/variables.ts';
import { nothingMeasured } from './container.ts';

const settings = { survive: seconds(30), queueSize: 8192, smallQueueSize: 2048, smallMemory: 256 * 1024 ** 2 };

interface Given {
  language?: Language;
  protocol?: Protocol;
  survive?: number;
  user?: Record<string, string>;
  memoryLimitBytes?: number;
  runToCompletion?: boolean;
  measurements?: Measurements;
}

function run({ language = 'java', survive = 30, user = {}, ...given }: Given) {
  const {
    protocol = 'http/protobuf',
    runToCompletion = false,
    memoryLimitBytes,
    measurements = nothingMeasured,
  } = given;
  const { variables, outlook } = retryVariables({
    finding: { language, strength: 'explicit', evidence: [], disagree: false },
    protocol,
    settings: { ...settings, survive: seconds(survive) },
    user: (name) => (user[name] === undefined ? undefined : { kind: 'literal', value: user[name] }),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    runToCompletion,
    graceSeconds: 60,
  });
  return { variables, outlook: () => outlook(measurements) };
}

type Lost = readonly [traces: number, logs: number];
type Losses = Readonly<Record<number, readonly Lost[]>>;

/** What three runs of a Java app lost with the injected settings, by the length of the outage. */
function java({ refused = {}, dropped = {} }: { refused?: Losses; dropped?: Losses }, app = 'java-http'): Measurements {
  const cellsOf = (outage: 'refused' | 'dropped', losses: Losses): MeasuredCell[] =>
    Object.entries(losses).map(([length, runs]) => ({
      app,
      outage,
      seconds: Number(length),
      settings: 'injected',
      traces: runs.map(([lost]) => [500, lost]),
      logs: runs.map(([, lost]) => [500, lost]),
      metrics: runs.map(() => [10, 5]),
      duplicates: runs.map(() => 0),
    }));
  const injected = Object.fromEntries(run({}).variables.map(({ name, value }) => [name, value]));
  const variables = { defaults: {}, injected };
  return {
    ...nothingMeasured,
    apps: { [app]: { language: 'java', transport: 'http', version: '1', variables } },
    cells: [...cellsOf('refused', refused), ...cellsOf('dropped', dropped)],
  };
}

const never: readonly Lost[] = [
  [0, 0],
  [0, 0],
  [0, 0],
];
const always: readonly Lost[] = [
  [50, 10],
  [50, 10],
  [50, 10],
];
const survivalIn = (given: Given) => run(given).outlook().survival;

describe('a measured outage', () => {
  test.each<{ name: string; losses: Losses; want: object }>([
    { name: 'is the longest without a loss', losses: { 10: never, 30: never }, want: { atLeast: seconds(30) } },
    {
      name: 'ends before the first loss, whatever was lost in longer ones',
      losses: { 10: never, 30: always, 60: never },
      want: { atLeast: seconds(10), losesAt: seconds(30) },
    },
    { name: 'can be none at all', losses: { 10: always }, want: { atLeast: seconds(0), losesAt: seconds(10) } },
    {
      name: 'goes by the run in the middle',
      losses: {
        10: [
          [0, 0],
          [50, 10],
          [0, 0],
        ],
      },
      want: { atLeast: seconds(10) },
    },
    {
      name: 'counts log records as much as spans',
      losses: {
        10: [
          [0, 10],
          [0, 10],
          [0, 0],
        ],
      },
      want: { atLeast: seconds(0), losesAt: seconds(10) },
    },
    {
      name: 'is lost where two runs of three lost something, be it spans in one and log records in the other',
      losses: {
        10: [
          [50, 0],
          [0, 0],
          [0, 10],
        ],
      },
      want: { atLeast: seconds(0), losesAt: seconds(10) },
    },
  ])('$name', ({ losses, want }) => {
    const { refused, dropped } = survivalIn({ measurements: java({ refused: losses }) });
    expect(refused).toEqual({ ...want, evidence: 'measured' });
    expect(dropped.evidence).toBe('modelled');
  });

  test('is no longer than the shortest that each app of a row has been through', () => {
    const [first, second] = [
      java({ refused: { 10: never, 60: never } }),
      java({ refused: { 10: never } }, 'javaagent-http'),
    ];
    const measurements = {
      ...first,
      apps: { ...first.apps, ...second.apps },
      cells: [...first.cells, ...second.cells],
    };
    expect(survivalIn({ measurements }).refused).toEqual({ atLeast: seconds(10), evidence: 'measured' });
  });

  test('is that of the worst app of a language and transport', () => {
    const [first, second] = [java({ refused: { 10: never } }), java({ refused: { 10: always } }, 'javaagent-http')];
    const measurements = {
      ...first,
      apps: { ...first.apps, ...second.apps },
      cells: [...first.cells, ...second.cells],
    };
    expect(survivalIn({ measurements }).refused).toEqual({
      atLeast: seconds(0),
      losesAt: seconds(10),
      evidence: 'measured',
    });
  });
});

describe('a run is evidence', () => {
  const measurements = java({ refused: { 10: never }, dropped: { 10: never } });
  test.each<{ name: string; given: Given; want: 'measured' | 'modelled' | 'unknown' }>([
    { name: 'for the settings it ran with', given: {}, want: 'measured' },
    {
      name: 'for those values where the user set them',
      given: { user: { OTEL_EXPORTER_OTLP_TIMEOUT: '60000' } },
      want: 'measured',
    },
    { name: 'whatever the queue', given: { memoryLimitBytes: 1024 }, want: 'measured' },
    {
      name: 'not for a timeout of its user',
      given: { user: { OTEL_EXPORTER_OTLP_TIMEOUT: '10000' } },
      want: 'modelled',
    },
    {
      name: 'not for a timeout of one signal',
      given: { user: { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '60000' } },
      want: 'modelled',
    },
    {
      name: 'not for an export timeout of its user',
      given: { user: { OTEL_BSP_EXPORT_TIMEOUT: '66000' } },
      want: 'modelled',
    },
    { name: 'not for other batches', given: { user: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' } }, want: 'modelled' },
    { name: 'not for another target', given: { survive: 20 }, want: 'modelled' },
    { name: 'not for another language', given: { language: 'dotnet' }, want: 'modelled' },
    { name: 'not for another transport', given: { protocol: 'grpc' }, want: 'modelled' },
    { name: 'not for a container that keeps its defaults', given: { runToCompletion: true }, want: 'modelled' },
    {
      name: 'not for a switch of its user',
      given: { user: { OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED: 'false' } },
      want: 'modelled',
    },
  ])('$name', ({ given, want }) => {
    const { refused, dropped } = survivalIn({ measurements, ...given });
    expect([refused.evidence, dropped.evidence]).toEqual([want, want]);
  });
});

describe('a note on the target', () => {
  const codes = (losses: Losses, survive = 30) =>
    run({ survive, measurements: java({ refused: losses }) })
      .outlook()
      .notes.map(({ code, text }) => `${code}: ${text}`);

  test('is not made where it is reached', () => expect(codes({ 10: never, 30: never })).toEqual([]));

  test('says how long an outage may be', () => {
    expect(codes({ 10: never, 30: always })).toEqual([
      'target-not-reached: It survives 10 s of refused connections, not 30 s (it survives 55 s without any answer); the target is 30 s.',
    ]);
  });

  test('says which outage costs telemetry', () => {
    expect(codes({ 10: always })).toEqual([
      'target-not-reached: 10 s of refused connections cost it telemetry (it survives 55 s without any answer); the target is 30 s.',
    ]);
  });

  test('says that more is not known', () => {
    expect(codes({ 10: never })).toEqual([
      'target-not-certain: It survives 10 s of refused connections, more was not measured (it survives 55 s without any answer); the target is 30 s.',
    ]);
  });
});
