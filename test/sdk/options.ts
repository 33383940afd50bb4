import { parseArgs } from 'node:util';
import { type OutageKind, outageKinds } from '../../src/retry/measurements.ts';
import { type Outage, outagesOf } from './cells.ts';
import { matrixApps } from './matrix-apps.ts';

export interface Options {
  readonly outages: readonly Outage[];
  readonly runs: number;
  /** Names of apps. */
  readonly apps: readonly string[];
  /** Variables to try in a third column, on top of the injected ones; an empty value takes one away. */
  readonly tried: Readonly<Record<string, string>>;
  readonly rate: number;
  /** Outages that run side by side. */
  readonly together: number;
  readonly parts: readonly Part[];
  readonly jsonFile?: string;
  /** A folder for what the apps say. */
  readonly logs?: string;
}

export const partNames = ['matrix', 'harm', 'exit'] as const;
export type Part = (typeof partNames)[number];

export const usage = `npm run test:sdk -- [options]

  --quick         outages of 10 and 30 s of four kinds: the default
  --full          all kinds and lengths, the oldest releases, harm and exits: a good hour with 3 runs
  --runs N        (3) each figure is the median of them
  --sdk LIST      apps (${matrixApps.map(({ name }) => name).join(',')}) or languages
  --outage LIST   of ${Object.keys(outageKinds).join(',')}
  --seconds LIST  lengths of the outages
  --part LIST     of ${partNames.join(',')}: what the SDKs lose (alone the default of --quick), whether a variable
                  harms, how long an exit takes
  --try LIST      a third column: NAME=VALUE,NAME=VALUE on top of the injected variables; NAME= takes one away.
                  The check for harm takes them one by one
  --rate N        (10) spans per second and app, and as many log records
  --together N    (4) outages at a time: fewer for a slow machine
  --json FILE     puts the figures into this file, in place of older ones
  --logs DIR      keeps what each app says on stderr
`;

/** What the command line asks for. @throws with one sentence when it makes no sense */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      sdk: { type: 'string' },
      outage: { type: 'string' },
      seconds: { type: 'string' },
      part: { type: 'string' },
      try: { type: 'string', default: '' },
      rate: { type: 'string', default: '10' },
      together: { type: 'string', default: '4' },
      json: { type: 'string' },
      logs: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.quick && values.full) throw new Error('--quick and --full exclude each other');
  const { json, logs } = values;
  return {
    outages: outagesFrom(values),
    runs: count('--runs', values.runs),
    apps: appsFrom(values.sdk, values.full),
    tried: variablesFrom(values.try),
    rate: count('--rate', values.rate),
    together: count('--together', values.together),
    parts: values.part === undefined ? partsOf(values) : listFrom('--part', values.part, partNames),
    ...(json !== undefined && { jsonFile: json }),
    ...(logs !== undefined && { logs }),
  };
}

/** The check for harm starts 200 programs and the times to exit are waited for, which is too long for quick. */
const partsOf = ({ full }: { full: boolean }): readonly Part[] => (full ? partNames : ['matrix']);

interface Selection {
  readonly full: boolean;
  readonly outage?: string | undefined;
  readonly seconds?: string | undefined;
}

/** Lengths that are named are made for every kind that is asked for. */
function outagesFrom({ full, outage, seconds }: Selection): Outage[] {
  const every = outagesOf(full ? 'full' : 'quick');
  const known = Object.keys(outageKinds) as OutageKind[];
  const kinds =
    outage === undefined ? [...new Set(every.map(({ kind }) => kind))] : listFrom('--outage', outage, known);
  if (seconds === undefined && outage === undefined) return every;
  if (seconds === undefined)
    return outagesOf('full').filter((one) => kinds.includes(one.kind) && (full || [10, 30].includes(one.seconds)));
  return seconds.split(',').flatMap((text) => kinds.map((kind) => ({ kind, seconds: count('--seconds', text) })));
}

function appsFrom(list: string | undefined, full: boolean): string[] {
  const usual = matrixApps.filter(({ oldest }) => full || !oldest);
  if (list === undefined) return usual.map(({ name }) => name);
  return list.split(',').flatMap((word) => {
    const named = matrixApps.filter(({ name }) => name === word);
    const found = named.length > 0 ? named : usual.filter(({ language }) => language === word);
    if (found.length === 0) throw new Error(`--sdk: there is no app and no language ${word}`);
    return found.map(({ name }) => name);
  });
}

function variablesFrom(list: string): Record<string, string> {
  const pairs = list.split(',').filter((text) => text !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      if (!pair.includes('=')) throw new Error(`--try: ${pair} has no value`);
      return [name, value.join('=')];
    }),
  );
}

function listFrom<T extends string>(flag: string, list: string, known: readonly T[]): T[] {
  return list.split(',').map((word) => {
    const found = known.find((one) => one === word);
    if (found === undefined) throw new Error(`${flag}: ${word} is not one of ${known.join(', ')}`);
    return found;
  });
}

function count(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${flag}: ${text} is not a number from 1 on`);
  return number;
}
