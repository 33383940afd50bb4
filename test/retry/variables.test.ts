import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Strength } from '../../src/retry/evidence.ts';
import { languages } from '../../src/retry/language.ts';
import type { Language, Protocol } from '../../src/retry/language.ts';
import type { Measurements } from '../../src/retry/measurements.ts';
import { profileOf, profiles } from '../../src/retry/profiles.ts';
import { parseDuration, parseInUnit, seconds } from '../../src/retry/quantity.ts';
import { universalVariables } from '../../src/retry/universal.ts';
import { retryVariables } from '../../src/retry/variables.ts';
import type { Outlook, RetryInput, RetryResult, UserValue } from '../../src/retry/variables.ts';

const nothingMeasured: Measurements = {
  date: '',
  machine: '',
  rate: 0,
  metricIntervalMs: 0,
  apps: {},
  cells: [],
  exits: [],
  harm: { comparisons: 0, differences: [] },
};

interface Given {
  language?: Language;
  strength?: Strength;
  protocol?: Protocol;
  survive?: number;
  user?: Record<string, string | null>;
  memoryLimitBytes?: number;
  runToCompletion?: boolean;
  graceSeconds?: number;
  disagree?: boolean;
}

type Result = Pick<RetryResult, 'variables'> & Outlook;

/** A null in `user` is a value that cannot be read. */
function run(given: Given): Result {
  const { language, strength = 'explicit', user = {}, memoryLimitBytes } = given;
  const finding = { evidence: ['image x'], disagree: given.disagree ?? false };
  const input: RetryInput = {
    finding: language === undefined ? finding : { ...finding, language, strength },
    protocol: given.protocol ?? 'http/protobuf',
    settings: {
      survive: seconds(given.survive ?? 30),
      queueSize: 8192,
      smallQueueSize: 2048,
      smallMemory: 256 * 1024 ** 2,
    },
    user: (name) => lookup(user, name),
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    runToCompletion: given.runToCompletion ?? false,
    graceSeconds: given.graceSeconds ?? 30,
  };
  const { variables, outlook } = retryVariables(input);
  // The model alone; measured.test.ts has what comes from runs.
  return { variables, ...outlook(nothingMeasured) };
}

function lookup(user: Record<string, string | null>, name: string): UserValue | undefined {
  const value = Object.hasOwn(user, name) ? user[name] : undefined;
  if (value === undefined) return undefined;
  return value === null ? { kind: 'opaque' } : { kind: 'literal', value };
}

const valuesOf = ({ variables }: Result): Record<string, string> =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));
const codes = (given: Given): string[] => run(given).notes.map(({ code }) => code);

const timeout = 'OTEL_EXPORTER_OTLP_TIMEOUT';
const cpp = 'OTEL_CPP_EXPORTER_OTLP_RETRY';
const universal = {
  OTEL_BSP_MAX_QUEUE_SIZE: '8192',
  OTEL_BLRP_MAX_QUEUE_SIZE: '8192',
  OTEL_BSP_EXPORT_TIMEOUT: '65000',
  OTEL_BLRP_EXPORT_TIMEOUT: '65000',
  OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: 'in_memory',
  OTEL_EXPERIMENTAL_EXPORTER_OTLP_RETRY_ENABLED: 'true',
};

describe('with the default target of 30 s', () => {
  test.each<{ language?: Language; protocol?: Protocol; adds: Record<string, string> }>([
    { adds: {} },
    { language: 'java', adds: { [timeout]: '60000' } },
    { language: 'java', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'python', adds: { [timeout]: '40' } },
    { language: 'python', protocol: 'grpc', adds: { [timeout]: '40' } },
    { language: 'nodejs', adds: { [timeout]: '20000' } },
    { language: 'nodejs', protocol: 'http/json', adds: { [timeout]: '20000' } },
    { language: 'go', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'go', adds: {} },
    { language: 'dotnet', adds: { [timeout]: '60000' } },
    { language: 'dotnet', protocol: 'grpc', adds: { [timeout]: '60000' } },
    {
      language: 'cpp',
      protocol: 'grpc',
      adds: {
        [timeout]: '60s',
        [`${cpp}_MAX_ATTEMPTS`]: '5',
        [`${cpp}_INITIAL_BACKOFF`]: '4.0',
        [`${cpp}_MAX_BACKOFF`]: '16.0',
        [`${cpp}_BACKOFF_MULTIPLIER`]: '2.0',
      },
    },
    { language: 'cpp', adds: {} },
    { language: 'ruby', adds: {} },
    { language: 'php', adds: { [timeout]: '2000' } },
    { language: 'rust', adds: { [timeout]: '60000' } },
    { language: 'rust', protocol: 'grpc', adds: {} },
    { language: 'nodejs', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'erlang', adds: {} },
  ])('$language over $protocol gets $adds', ({ adds, ...given }) => {
    expect(valuesOf(run(given))).toEqual({ ...universal, ...adds });
  });

  test('keeps one order: universal first, as in the table', () => {
    const names = run({ language: 'java' }).variables.map(({ name }) => name);
    expect(names).toEqual([...universalVariables.map(({ name }) => name), timeout]);
  });

  test('marks where each variable comes from, and why', () => {
    for (const { origin, purpose, name } of run({ language: 'java' }).variables) {
      expect(origin).toBe(name === timeout ? 'language' : 'universal');
      expect(purpose).toMatch(/\.$/);
    }
  });
});

describe('for any target', () => {
  // The units once more, not from the table: 40 must never reach an SDK that reads milliseconds, nor 60000 one that reads seconds.
  const reads: Partial<Record<Language, RegExp>> = { python: /^\d{2,3}$/, cpp: /^\d+s$/ };
  const targets = [...Array.from({ length: 65 }, (_, index) => index + 1), 90, 100, 111, 120, 180, 250, 300];

  test.each(profiles)('$language over $transport gets no value in a wrong unit', (profile) => {
    const protocol = profile.transport === 'grpc' ? 'grpc' : 'http/protobuf';
    for (const survive of targets) {
      const values = valuesOf(run({ language: profile.language, protocol, survive }));
      const raised = values[timeout];
      const exporting = parseInUnit(values['OTEL_BSP_EXPORT_TIMEOUT'] ?? '', 'ms')?.ms ?? 0;
      expect(exporting).toBe(Math.max(30_000, survive * 2000 + 5000));
      if (raised === undefined) continue;
      expect(raised).toMatch(reads[profile.language] ?? /^\d{4,6}$/);
      const intended =
        profile.aim?.kind === 'fixed' ? 2 : Math.min(survive * 2, (ceilingOf(profile)?.ms ?? 1e9) / 1000);
      expect(parseInUnit(raised, profile.timeout.unit)).toEqual(seconds(intended));
      expect(exporting).toBeGreaterThan(intended * 1000);
    }
  });

  function ceilingOf({ aim }: (typeof profiles)[number]) {
    return aim?.kind === 'target' ? aim.ceiling : undefined;
  }

  test('no timeout is ever lowered below the default of the SDK, but in PHP', () => {
    for (const language of languages.filter((name) => name !== 'php')) {
      for (const survive of [1, 3, 5])
        expect(valuesOf(run({ language, protocol: 'grpc', survive }))[timeout]).toBeUndefined();
    }
  });

  test('a longer target never survives less', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const medians = [10, 20, 30, 60, 120, 300].map(
        (survive) => run({ language, protocol, survive }).survival.refused.typical?.ms ?? 0,
      );
      expect(medians).toEqual([...medians].sort((a, b) => a - b));
    }
  });

  test('the four variables of C++ fit its timeout', () => {
    for (const survive of targets) {
      const values = valuesOf(run({ language: 'cpp', protocol: 'grpc', survive }));
      if (values[timeout] === undefined) continue;
      const initial = Number(values[`${cpp}_INITIAL_BACKOFF`]);
      expect(Number(values[`${cpp}_MAX_BACKOFF`])).toBeCloseTo(initial * 4, 5);
      expect(initial * 11 * 1.2).toBeLessThanOrEqual((parseDuration(values[timeout])?.ms ?? 0) / 1000);
    }
  });
});

describe('the strength of the evidence', () => {
  test('Python by a hint gets universal variables only, and is told so', () => {
    const given = { language: 'python', strength: 'hint' } as const;
    expect(valuesOf(run(given))).toEqual(universal);
    expect(codes(given)).toContain('python-hint-only');
  });

  test('is of no interest where the user set the timeout', () => {
    expect(codes({ language: 'python', strength: 'hint', user: { [timeout]: '20' } })).not.toContain(
      'python-hint-only',
    );
  });

  test('Python by its command gets seconds', () => {
    expect(valuesOf(run({ language: 'python', strength: 'command' }))[timeout]).toBe('40');
  });

  test('Rust gets milliseconds by the annotation alone', () => {
    expect(valuesOf(run({ language: 'rust', strength: 'command' }))).toEqual(universal);
    expect(valuesOf(run({ language: 'rust' }))[timeout]).toBe('60000');
  });

  test('a hint is enough for milliseconds', () => {
    expect(valuesOf(run({ language: 'java', strength: 'hint' }))[timeout]).toBe('60000');
  });

  test('no language variable comes without a language', () => {
    expect(run({}).variables.every(({ origin }) => origin === 'universal')).toBe(true);
    expect(codes({ disagree: true })).toContain('language-disagrees');
    expect(codes({})).toContain('language-unknown');
    expect(run({}).survival).toEqual({ refused: { evidence: 'unknown' }, dropped: { evidence: 'unknown' } });
  });
});

describe('what the user set', () => {
  const bsp = 'OTEL_BSP_EXPORT_TIMEOUT';
  const blrp = 'OTEL_BLRP_EXPORT_TIMEOUT';
  const initial = `${cpp}_INITIAL_BACKOFF`;
  const logsInitial = 'OTEL_CPP_EXPORTER_OTLP_LOGS_RETRY_INITIAL_BACKOFF';
  const traces = 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT';

  test.each<{ name: string; given: Given; want: Record<string, string | undefined> }>([
    {
      name: 'its timeout stays, and the export timeout outlasts it',
      given: { language: 'java', user: { [timeout]: '90000' } },
      want: { [timeout]: undefined, [bsp]: '95000', [blrp]: '95000' },
    },
    {
      name: 'its timeout is read in the unit of the language',
      given: { language: 'python', user: { [timeout]: '90' } },
      want: { [timeout]: undefined, [bsp]: '95000' },
    },
    {
      name: 'Java’s may have its unit behind it',
      given: { language: 'java', user: { [timeout]: '2m' } },
      want: { [bsp]: '125000' },
    },
    {
      name: 'one that cannot be read stays',
      given: { language: 'java', user: { [timeout]: null } },
      want: { [timeout]: undefined, [bsp]: '65000' },
    },
    {
      name: 'an empty one stays',
      given: { language: 'java', user: { [timeout]: '' } },
      want: { [timeout]: undefined, [bsp]: '65000' },
    },
    {
      name: 'with the language unknown it counts as milliseconds',
      given: { user: { [timeout]: '90000' } },
      want: { [bsp]: '95000' },
    },
    {
      name: 'one of a signal is outlasted by that signal’s export timeout',
      given: { language: 'java', user: { [traces]: '90000' } },
      want: { [timeout]: '60000', [bsp]: '95000', [blrp]: '65000' },
    },
    {
      name: 'a value in an impossible unit is not followed',
      given: { language: 'python', user: { [timeout]: '600000000' } },
      want: { [bsp]: '65000' },
    },
    {
      name: 'its export timeout caps our timeout',
      given: { language: 'go', protocol: 'grpc', user: { [bsp]: '45500' } },
      want: { [bsp]: undefined, [timeout]: '45000', [blrp]: '65000' },
    },
    {
      name: 'an export timeout below the default leaves the timeout alone',
      given: { language: 'java', user: { [bsp]: '5000' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'an export timeout that cannot be read leaves the timeout alone',
      given: { language: 'java', user: { [bsp]: null } },
      want: { [timeout]: undefined, [bsp]: undefined },
    },
    {
      name: 'its export timeout for logs caps as well',
      given: { language: 'python', user: { [blrp]: '25000' } },
      want: { [timeout]: '25' },
    },
    {
      name: 'an export timeout of zero leaves the timeout alone',
      given: { language: 'php', user: { [bsp]: '0' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'an export timeout below PHP’s value leaves the timeout alone',
      given: { language: 'php', user: { [bsp]: '1000' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'one variable of C++ leaves out all five',
      given: { language: 'cpp', protocol: 'grpc', user: { [initial]: '2.0' } },
      want: { [timeout]: undefined, [initial]: undefined, [`${cpp}_MAX_ATTEMPTS`]: undefined },
    },
    {
      name: 'so does one for a signal',
      given: { language: 'cpp', protocol: 'grpc', user: { [logsInitial]: '2.0' } },
      want: { [timeout]: undefined, [initial]: undefined },
    },
    {
      name: 'so does a timeout for a signal',
      given: { language: 'cpp', protocol: 'grpc', user: { [traces]: '10s' } },
      want: { [timeout]: undefined, [initial]: undefined },
    },
    {
      name: 'an export timeout scales the delays of C++',
      given: { language: 'cpp', protocol: 'grpc', user: { [bsp]: '30000' } },
      want: { [timeout]: '30s', [initial]: '2.0', [`${cpp}_MAX_BACKOFF`]: '8.0' },
    },
  ])('$name', ({ given, want }) => {
    expect(valuesOf(run(given))).toEqual(expect.objectContaining(definedOf(want)));
    for (const name of Object.keys(want).filter((key) => want[key] === undefined)) {
      expect(valuesOf(run(given))).not.toHaveProperty(name);
    }
  });

  const definedOf = (want: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(want).filter(([, value]) => value !== undefined));

  const names = [
    ...new Set([
      ...Object.keys(universal),
      ...profiles.flatMap(({ together = [] }) => together.map(({ name }) => name)),
      ...['', 'TRACES_', 'METRICS_', 'LOGS_'].map((signal) => `OTEL_EXPORTER_OTLP_${signal}TIMEOUT`),
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
      'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
      'OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED',
    ]),
  ];
  const value = fc.oneof(
    fc.constantFrom(
      null,
      '',
      '0',
      '10',
      '60',
      '60s',
      '10000',
      '99999999999999999999',
      'true',
      'in_memory',
      'disk',
      '-1',
    ),
    fc.nat().map(String),
    fc.string(),
  );

  test('is never set again, and whatever it is, only sound values are added', () => {
    const given = fc.record({
      language: fc.constantFrom(undefined, ...languages),
      strength: fc.constantFrom<Strength>('explicit', 'command', 'hint'),
      protocol: fc.constantFrom<Protocol>('grpc', 'http/protobuf', 'http/json'),
      survive: fc.integer({ min: 1, max: 300 }),
      user: fc.dictionary(fc.constantFrom(...names), value),
      runToCompletion: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ({ language, ...rest }) => {
        const result = run(language === undefined ? rest : { ...rest, language });
        for (const variable of result.variables) {
          expect(Object.hasOwn(rest.user, variable.name)).toBe(false);
          expect(variable.value).toMatch(/^(\d+(\.\d)?s?|true|in_memory)$/);
        }
        expect(new Set(result.variables.map(({ name }) => name)).size).toBe(result.variables.length);
        expect(run(language === undefined ? rest : { ...rest, language })).toEqual(result);
      }),
      { numRuns: 300 },
    );
  });
});

describe('queues', () => {
  const bsp = 'OTEL_BSP_MAX_QUEUE_SIZE';
  const batch = 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE';
  const MiB = 1024 ** 2;
  test.each<{ name: string; given: Given; want: string | undefined }>([
    { name: 'the setting', given: {}, want: '8192' },
    { name: 'the small one below the small memory limit', given: { memoryLimitBytes: 255 * MiB }, want: '2048' },
    { name: 'the setting at the small memory limit', given: { memoryLimitBytes: 256 * MiB }, want: '8192' },
    { name: 'the user’s batch size where that is larger', given: { user: { [batch]: '10000' } }, want: '10000' },
    { name: 'the same in a small container', given: { memoryLimitBytes: 1, user: { [batch]: '4096' } }, want: '4096' },
    { name: 'a small batch changes nothing', given: { user: { [batch]: '16' } }, want: '8192' },
    { name: 'nothing where the batch size is opaque', given: { user: { [batch]: null } }, want: undefined },
    { name: 'nothing where it is not a number', given: { user: { [batch]: '$(BATCH)' } }, want: undefined },
    { name: 'nothing where it is empty', given: { user: { [batch]: '' } }, want: undefined },
    { name: 'nothing where the user set it', given: { user: { [bsp]: '100' } }, want: undefined },
  ])('$name', ({ given, want }) => {
    expect(valuesOf(run(given))[bsp]).toBe(want);
  });

  test('one signal’s batch size does not touch the other’s queue', () => {
    const values = valuesOf(run({ user: { [batch]: '10000' } }));
    expect(values['OTEL_BLRP_MAX_QUEUE_SIZE']).toBe('8192');
  });

  test('a container that runs to completion gets nothing else', () => {
    const result = run({ language: 'java', runToCompletion: true });
    expect(Object.keys(valuesOf(result))).toEqual([bsp, 'OTEL_BLRP_MAX_QUEUE_SIZE']);
    expect(result.notes.map(({ code }) => code)).toEqual(['run-to-completion']);
  });
});

describe('survival', () => {
  const figures = (given: Given) => {
    const { refused, dropped } = run(given).survival;
    const brief = ({ atLeast, typical, evidence }: typeof refused) =>
      [atLeast, typical].map((figure) => (figure ? Math.round(figure.ms / 1000) : '-')).join('/') + ` ${evidence}`;
    return { refused: brief(refused), dropped: brief(dropped) };
  };

  test.each<{ given: Given; refused: string; dropped: string }>([
    { given: { language: 'java' }, refused: '7/8 modelled', dropped: '47/55 modelled' },
    { given: { language: 'python' }, refused: '27/31 modelled', dropped: '31/31 modelled' },
    { given: { language: 'python', strength: 'hint' }, refused: '6/7 modelled', dropped: '7/7 modelled' },
    { given: { language: 'python', protocol: 'grpc' }, refused: '27/31 modelled', dropped: '-/- unknown' },
    { given: { language: 'nodejs' }, refused: '11/13 modelled', dropped: '63/63 modelled' },
    { given: { language: 'nodejs', protocol: 'grpc' }, refused: '0/0 modelled', dropped: '-/- unknown' },
    { given: { language: 'go', protocol: 'grpc' }, refused: '30/46 modelled', dropped: '-/- unknown' },
    { given: { language: 'go' }, refused: '0/0 modelled', dropped: '45/61 modelled' },
    { given: { language: 'dotnet' }, refused: '55/59 modelled', dropped: '31/31 modelled' },
    { given: { language: 'cpp', protocol: 'grpc' }, refused: '38/44 modelled', dropped: '-/- unknown' },
    { given: { language: 'cpp' }, refused: '0/0 modelled', dropped: '7/7 modelled' },
    { given: { language: 'ruby' }, refused: '7/28 modelled', dropped: '35/35 modelled' },
    { given: { language: 'php' }, refused: '0/1 modelled', dropped: '6/8 modelled' },
    { given: { language: 'rust' }, refused: '0/0 modelled', dropped: '31/31 modelled' },
    { given: { language: 'erlang' }, refused: '0/0 modelled', dropped: '-/- unknown' },
    // What the user set, or what a job keeps.
    { given: { language: 'dotnet', runToCompletion: true }, refused: '0/0 modelled', dropped: '7/7 modelled' },
    {
      given: { language: 'dotnet', user: { OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: 'disk' } },
      refused: '-/- unknown',
      dropped: '-/- unknown',
    },
    {
      given: { language: 'java', user: { OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED: 'true' } },
      refused: '0/0 modelled',
      dropped: '7/7 modelled',
    },
    { given: { language: 'python', user: { [timeout]: '10' } }, refused: '6/7 modelled', dropped: '7/7 modelled' },
    { given: { language: 'python', user: { [timeout]: null } }, refused: '-/- unknown', dropped: '-/- unknown' },
    {
      given: { language: 'python', user: { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '10' } },
      refused: '6/7 modelled',
      dropped: '7/7 modelled',
    },
    { given: { language: 'nodejs', user: { [timeout]: '1000' } }, refused: '0/0 modelled', dropped: '63/63 modelled' },
    {
      given: { language: 'cpp', protocol: 'grpc', user: { [`${cpp}_MAX_ATTEMPTS`]: '2' } },
      refused: '-/- unknown',
      dropped: '-/- unknown',
    },
  ])('of $given', ({ given, refused, dropped }) => {
    expect(figures(given)).toEqual({ refused, dropped });
  });

  test('and the notes are the same once our variables are there', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const first = run({ language, protocol });
      const again = run({ language, protocol, user: valuesOf(first) });
      expect(again).toEqual({ ...first, variables: [] });
    }
  });

  test('a figure is a promise first and a habit second', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      for (const outage of Object.values(run({ language, protocol }).survival)) {
        if (outage.typical && outage.atLeast) expect(outage.atLeast.ms).toBeLessThanOrEqual(outage.typical.ms);
      }
    }
  });
});

describe('notes', () => {
  test.each<{ name: string; given: Given; want: string[] }>([
    { name: '.NET reaches the target', given: { language: 'dotnet', graceSeconds: 90 }, want: [] },
    { name: 'Java does not', given: { language: 'java', graceSeconds: 90 }, want: ['target-not-reached'] },
    { name: 'Python mostly does', given: { language: 'python', graceSeconds: 90 }, want: ['target-not-certain'] },
    { name: 'Go does', given: { language: 'go', protocol: 'grpc', graceSeconds: 90 }, want: [] },
    {
      name: 'Go over HTTP',
      given: { language: 'go', graceSeconds: 90 },
      want: ['go-http-loses-refused', 'target-not-reached'],
    },
    {
      name: 'Node.js over gRPC',
      given: { language: 'nodejs', protocol: 'grpc', graceSeconds: 90 },
      want: ['node-grpc-never-retries', 'target-not-reached'],
    },
    { name: 'PHP', given: { language: 'php' }, want: ['php-blocks-the-request', 'target-not-reached'] },
    {
      name: 'Ruby over gRPC',
      given: { language: 'ruby', protocol: 'grpc' },
      want: ['ruby-grpc-has-no-exporter', 'target-not-reached'],
    },
    { name: 'a flush of 60 s in a grace of 30 s', given: { language: 'dotnet' }, want: ['flush-may-outlast-grace'] },
    { name: 'a flush of 60 s in a grace of 60 s', given: { language: 'dotnet', graceSeconds: 60 }, want: [] },
    {
      name: 'a timeout of the user’s that cannot be read',
      given: { language: 'dotnet', user: { [timeout]: null } },
      want: ['user-value-unreadable'],
    },
    {
      name: 'a low target that all of it reaches',
      given: { language: 'java', survive: 5, graceSeconds: 60 },
      want: [],
    },
  ])('$name', ({ given, want }) => {
    expect(codes(given)).toEqual(want);
  });

  test('say it with figures', () => {
    const { notes } = run({ language: 'java', graceSeconds: 90 });
    expect(notes[0]?.text).toBe(
      'It survives an agent that refuses connections for 8.1 s (55 s where it does not answer at all); the target is 30 s.',
    );
  });

  test('every warning of the table reaches its container', () => {
    for (const { language, transport, warning } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const sent = run({ language, protocol }).notes;
      expect(profileOf(language, protocol)?.warning).toBe(warning);
      if (warning !== undefined) expect(sent).toContainEqual(warning);
    }
  });
});
