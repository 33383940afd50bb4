import { Command, CommanderError } from 'commander';
import { NodelocalError } from '../errors.ts';
import { catalog } from './catalog.ts';
import type { CommandSpec } from './command.ts';
import type { Io } from './io.ts';

const couldNotRun = 2;

/**
 * Runs the command line and gives the exit code. Every failure becomes words on stderr and the exit code 2; only a
 * mistake in this program shows a stack.
 *
 * @param argv the arguments after the program's name
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = createProgram(io);
  for (const spec of await commandsFor(argv)) {
    addCommand(program, spec, async (options, args) => {
      exitCode = await spec.run(options, args, io);
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : couldNotRun; // It has printed already.
    io.stderr.write(`error: ${describe(error)}\n`);
    return couldNotRun;
  }
}

function createProgram(io: Io): Command {
  return new Command('nodelocal-otlp')
    .description('Gives the pods of a Kubernetes cluster the OTLP endpoint of their own node.')
    .version(io.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError();
}

/** Only those that are named, so that none pays for another; all, where the help or a suggestion needs them. */
async function commandsFor(argv: readonly string[]): Promise<CommandSpec[]> {
  if (argv[0] === '--version' || argv[0] === '-V') return [];
  const named = Object.keys(catalog).filter((name) => argv[0] === name || (argv[0] === 'help' && argv[1] === name));
  const wanted = named.length > 0 ? named : Object.keys(catalog);
  return Promise.all(wanted.map((name) => catalog[name]?.()).filter((load) => load !== undefined));
}

type Action = (options: Record<string, unknown>, args: string[]) => Promise<void>;

function addCommand(program: Command, spec: CommandSpec, action: Action): void {
  const command = program.command(spec.name).summary(spec.summary).description(sentence(spec.summary));
  spec.configure(command);
  command.action(() => action(command.opts(), command.args));
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function describe(error: unknown): string {
  if (error instanceof NodelocalError) return `${error.message}\n${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
