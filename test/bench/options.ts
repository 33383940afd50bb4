import { parseArgs } from 'node:util';
import { reviewSizes, type ReviewSize } from './review.ts';

export interface Options {
  sizes: readonly ReviewSize[];
  rounds: number;
  /** Length of each measurement; every server, size and number of connections has one in each round. */
  roundSeconds: number;
  warmUpSeconds: number;
  starts: number;
  /** Number of reviews for the memory run, which is then the only one. */
  soak?: number;
  jsonFile?: string;
}

export const usage = `npm run bench -- [options]

  --quick        two short rounds, about a minute: to see that it works, not for figures
  --sizes LIST   of ${reviewSizes.map(({ name }) => name).join(',')} (all)
  --rounds N     (7)
  --soak N       only the webhook's memory, ten times while it answers N reviews of 6 KiB
  --json FILE    all figures of all rounds as well
`;

/** What the command line asks for; throws with one sentence when it makes no sense. */
export function readOptions(args: string[]): Options | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      sizes: { type: 'string', default: reviewSizes.map(({ name }) => name).join(',') },
      rounds: { type: 'string' },
      soak: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { quick, json } = values;
  return {
    sizes: values.sizes.split(',').map(sizeNamed),
    rounds: values.rounds === undefined ? (quick ? 2 : 7) : count('--rounds', values.rounds),
    roundSeconds: quick ? 0.5 : 2,
    warmUpSeconds: quick ? 0.5 : 2,
    starts: quick ? 3 : 9,
    ...(values.soak === undefined ? {} : { soak: count('--soak', values.soak) }),
    ...(json === undefined ? {} : { jsonFile: json }),
  };
}

function sizeNamed(name: string): ReviewSize {
  const size = reviewSizes.find((each) => each.name === name);
  if (size === undefined)
    throw new Error(`--sizes: ${name} is none of ${reviewSizes.map((each) => each.name).join(', ')}`);
  return size;
}

function count(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${flag}: ${text} is not a number of times`);
  return value;
}
