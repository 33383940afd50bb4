import type { Command } from 'commander';
import type { Io } from './io.ts';

/**
 * One command of the command line. A thin piece: it wires parts together and prints, the rules live elsewhere.
 *
 * To add one: write src/commands/NAME.ts that exports its spec, and add a row to catalog.ts.
 */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** Declares options and arguments. Name, summary and action are already set. */
  configure(command: Command): void;
  /**
   * Runs the command; the returned number is the exit code: 0 done, 1 found something, 2 could not run.
   *
   * @param options what commander parsed, by camel-case name; check before use
   * @param args the positional arguments
   * @throws NodelocalError for failures a person can mend; it becomes one line on stderr and exit code 2
   */
  run(options: Readonly<Record<string, unknown>>, args: readonly string[], io: Io): Promise<number>;
}
