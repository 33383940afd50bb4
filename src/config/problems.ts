import { NodelocalError } from '../errors.ts';

/** One thing wrong with the settings. */
export interface Problem {
  /** The setting's path, `retry.survive`; for a rule between settings all of them. */
  readonly key: string;
  /** Where the value came from: `config.yaml:3`, the name of an environment variable, or a flag. */
  readonly source: string;
  /** What stood there, shortened. */
  readonly got: string;
  readonly expected: string;
}

/** Everything that is wrong with the settings, in one error. */
export class ConfigError extends NodelocalError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('bad-settings', ['the settings cannot be used:', ...problems.map(describeProblem)].join('\n  '));
    this.problems = problems;
  }
}

/** One line: `retry.survive (config.yaml:3): got "30", expected …`. */
export function describeProblem({ key, source, got, expected }: Problem): string {
  return `${key} (${source}): got ${got}, expected ${expected}`;
}

const longestShown = 80;

/** The value as a person would write it, on one line and not too long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longestShown ? `${text.slice(0, longestShown - 1)}…` : text;
}
