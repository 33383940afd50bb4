/** One instruction with its arguments: the text of RUN, the words of COPY, the elements of a JSON form. */
export interface Instruction {
  readonly name: string;
  readonly args: readonly string[];
  /** `--from=build` is `{ from: 'build' }`. */
  readonly flags: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly image: string;
  /** Empty for the last one, which needs no name. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The instructions whose meaning the tests know, and whether their arguments are words, one text, or a JSON list. */
const forms: Readonly<Record<string, 'words' | 'text' | 'json'>> = {
  FROM: 'words',
  WORKDIR: 'words',
  COPY: 'words',
  RUN: 'text',
  USER: 'words',
  EXPOSE: 'words',
  ENTRYPOINT: 'json',
  CMD: 'json',
};

/**
 * The stages of a Dockerfile, as far as ours needs the language: https://docs.docker.com/reference/dockerfile/
 *
 * @throws on anything else, so that the tests don't pass by for what they don't understand
 */
export function parseDockerfile(text: string): Stage[] {
  const stages: { image: string; name: string; instructions: Instruction[] }[] = [];
  for (const line of logicalLines(text)) {
    const instruction = parseInstruction(line);
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push(stageOf(instruction));
    else if (stage === undefined) throw new Error(`${line}: before the first FROM`);
    else stage.instructions.push(instruction);
  }
  return stages;
}

function logicalLines(text: string): string[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line: string): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
  const form = forms[name];
  if (form === undefined) throw new Error(`${line}: these tests do not know this instruction`);
  if (form === 'json') return { name, args: JSON.parse(rest) as string[], flags: {} };
  if (form === 'text') return { name, args: [rest], flags: {} };
  const words = rest.split(/\s+/);
  const isFlag = (word: string): boolean => word.startsWith('--');
  const flags = words.filter(isFlag).map((word) => word.slice(2).split('=', 2));
  return {
    name,
    args: words.filter((word) => !isFlag(word)),
    flags: Object.fromEntries(flags) as Record<string, string>,
  };
}

function stageOf({ args }: Instruction): { image: string; name: string; instructions: Instruction[] } {
  const [image = '', as, name = ''] = args;
  if (as !== undefined && as !== 'AS') throw new Error(`FROM ${args.join(' ')}: not understood`);
  return { image, name, instructions: [] };
}

/** The arguments of the one instruction of a name in a stage. @throws when there is not exactly one */
export function only(stage: Stage, name: string): readonly string[] {
  const [found, ...others] = stage.instructions.filter((instruction) => instruction.name === name);
  if (found === undefined || others.length > 0) throw new Error(`not exactly one ${name}`);
  return found.args;
}
