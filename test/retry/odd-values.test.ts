import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { languages, transportOf } from '../../src/retry/language.ts';
import type { Language, Protocol } from '../../src/retry/language.ts';
import { profiles } from '../../src/retry/profiles.ts';
import { seconds } from '../../src/retry/quantity.ts';
import { retryVariables } from '../../src/retry/variables.ts';
import type { UserValue } from '../../src/retry/variables.ts';

/** A null is a value from a Secret, a field or a file. */
type User = Readonly<Record<string, string | null>>;

interface Row {
  language: Language | undefined;
  protocol: Protocol;
}

const rows: readonly Row[] = [undefined, ...languages].flatMap((language) =>
  (['grpc', 'http/protobuf'] as const).map((protocol) => ({ language, protocol })),
);

const largestSettableQueue = 131_072;

function variablesFor({ language, protocol }: Row, user: User, survive = 30): Record<string, string> {
  const finding = { evidence: [], disagree: false };
  const { variables } = retryVariables({
    finding: language === undefined ? finding : { ...finding, language, strength: 'explicit' },
    protocol,
    settings: { survive: seconds(survive), queueSize: 8192, smallQueueSize: 2048, smallMemory: 0 },
    user: (name) => valueOf(user, name),
    runToCompletion: false,
    graceSeconds: 30,
  });
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}

function valueOf(user: User, name: string): UserValue | undefined {
  const value = Object.hasOwn(user, name) ? user[name] : undefined;
  if (value === undefined) return undefined;
  return value === null ? { kind: 'opaque' } : { kind: 'literal', value };
}

const general = 'OTEL_EXPORTER_OTLP_TIMEOUT';
const signals = [
  { processor: 'OTEL_BSP', otlp: 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT' },
  { processor: 'OTEL_BLRP', otlp: 'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT' },
] as const;
const names = [
  general,
  ...signals.flatMap(({ processor, otlp }) => [
    otlp,
    `${processor}_EXPORT_TIMEOUT`,
    `${processor}_MAX_QUEUE_SIZE`,
    `${processor}_MAX_EXPORT_BATCH_SIZE`,
  ]),
];

/** One of each sort; two at a time are tried with these alone. */
const sorts = [null, '', '0', '-1', '10s', 'abc', '99999999999', '$(VAR)', '40', '4096', '45500', '90000', '999999999'];
const others =
  ' |-60000|2m|1h|NaN|Infinity|1e3|0x10|+5|1.5|1,000|2147483648|"512"|١٠|1|90|512|9000|60000|131072|131073';
const odd = [...sorts, ...others.split('|'), '9'.repeat(40), `\${VAR}`];

const aDay = 24 * 3600 * 1000;

/** The units once more, not from the table. Undefined where an SDK takes its default, or the value is in no unit it can mean. */
function otlpMs(language: Language | undefined, text: string): number | undefined {
  const suffixed = /^(\d+)(ms|s|m|h)$/.exec(text);
  const factor = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[suffixed?.[2] ?? ''];
  const inSeconds = language === 'python' || language === 'ruby';
  const readsSuffix = language === 'java' || language === 'cpp';
  const plain = /^\d+$/.test(text) && language !== 'cpp' ? Number(text) * (inSeconds ? 1000 : 1) : undefined;
  const ms = readsSuffix && factor !== undefined ? Number(suffixed?.[1]) * factor : plain;
  return ms !== undefined && ms > 0 && ms <= aDay ? ms : undefined;
}

const plainCount = (text: string | null | undefined): number | undefined =>
  typeof text === 'string' && /^\d+$/.test(text.trim()) ? Number(text) : undefined;

/** What does not hold in a container once our variables stand beside its user's. */
function problems(row: Row, user: User, ours: Record<string, string>): string[] {
  const raised = ours[general] === undefined ? undefined : otlpMs(row.language, ours[general]);
  return [
    ...Object.keys(ours).filter((name) => Object.hasOwn(user, name)),
    ...(ours[general] !== undefined && raised === undefined ? [`${general}=${ours[general]} in another unit`] : []),
    ...signals.flatMap(({ processor, otlp }) => [
      ...exportProblems(`${processor}_EXPORT_TIMEOUT`, otlp, { row, user, ours, raised }),
      ...queueProblems(ours[`${processor}_MAX_QUEUE_SIZE`], user[`${processor}_MAX_EXPORT_BATCH_SIZE`]),
    ]),
  ];
}

interface Situation {
  row: Row;
  user: User;
  ours: Record<string, string>;
  raised: number | undefined;
}

function exportProblems(name: string, otlp: string, { row, user, ours, raised }: Situation): string[] {
  const set = [otlp, general].map((variable) => user[variable]).find((value) => value !== undefined);
  const outlasted = set === undefined ? (raised ?? 10_000) : (otlpMs(row.language, (set ?? '').trim()) ?? 0);
  const given = plainCount(ours[name]);
  const holds = plainCount(ours[name] ?? user[name]);
  return [
    ...(ours[name] !== undefined && (given === undefined || given < 30_000) ? [`${name} below its default`] : []),
    ...(given !== undefined && given < outlasted ? [`${name}=${given} below the OTLP timeout of ${outlasted}`] : []),
    ...(raised !== undefined && (holds === undefined || holds < raised) ? [`${general} raised above ${name}`] : []),
  ];
}

function queueProblems(queue: string | undefined, batch: string | null | undefined): string[] {
  if (queue === undefined) return [];
  const size = plainCount(queue) ?? 0;
  const largestBatch = batch === undefined ? 512 : (plainCount(batch) ?? Number.POSITIVE_INFINITY);
  return [
    ...(size < 2048 ? [`a queue of ${queue}`] : []),
    // Some SDKs take the memory for all of it when they start.
    ...(size > largestSettableQueue ? [`a queue of ${queue}`] : []),
    ...(largestBatch > size ? [`a batch of ${batch} in a queue of ${queue}`] : []),
  ];
}

const problemsBeside = (row: Row, user: User, survive?: number): string[] =>
  problems(row, user, variablesFor(row, user, survive)).map((text) => `${text}, beside ${JSON.stringify(user)}`);

describe.each(rows)('$language over $protocol, beside odd values of its user', (row) => {
  test('has a profile, or no language', () => {
    const transport = transportOf(row.protocol);
    const known = profiles.some((profile) => profile.language === row.language && profile.transport === transport);
    expect(known).toBe(row.language !== undefined);
  });

  test('one of them leads to no pair that contradicts itself', () => {
    expect(names.flatMap((name) => odd.flatMap((value) => problemsBeside(row, { [name]: value })))).toEqual([]);
  });

  test('nor do two', () => {
    const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => [first, second] as const));
    const found = pairs.flatMap(([first, second]) =>
      sorts.flatMap((a) => sorts.flatMap((b) => problemsBeside(row, { [first]: a, [second]: b }))),
    );
    expect(found).toEqual([]);
  });
});

test('nor do any, for any target', () => {
  const value = fc.oneof(fc.constantFrom(...odd), fc.nat().map(String), fc.string());
  const user = fc.dictionary(fc.constantFrom(...names), value);
  fc.assert(
    fc.property(fc.constantFrom(...rows), user, fc.integer({ min: 1, max: 300 }), (row, given, survive) => {
      expect(problemsBeside(row, given, survive)).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
