import type { Language } from './language.ts';
import { inits, processManagers, programs, shells, taskRunners } from './runtimes.ts';

/** What a container's command says about its language. */
export interface CommandEvidence {
  language: Language;
  /** A task runner is only a hint. */
  isRunner: boolean;
  program: string;
}

/**
 * The language of the program that a command starts, by its base name; undefined for a program not known.
 * Words after `tini --` or `env NAME=value` count as the command; a shell's script never does.
 */
export function commandEvidence(words: readonly string[]): CommandEvidence | undefined {
  if (words.some((word) => processManagers.includes(baseName(word)))) return undefined;
  const program = baseName(startedBy(words) ?? '');
  const language = programLanguage(program);
  if (language !== undefined) return { language, isRunner: false, program };
  const runner = taskRunners.find(({ names }) => names.includes(program));
  return runner && { language: runner.language, isRunner: true, program };
}

/** The languages whose programs a shell's script names. Too weak to tell a language, strong enough to doubt one. */
export function scriptLanguages(words: readonly string[]): Language[] {
  if (!shells.includes(baseName(startedBy(words) ?? ''))) return [];
  const tokens = words.slice(1).flatMap((word) => word.split(/[\s;&|()'"`]+/));
  return [...new Set(tokens.flatMap((token) => programLanguage(baseName(token)) ?? []))];
}

/** The first word that is no init; of those behind one, neither an option nor an assignment. */
function startedBy([first, ...rest]: readonly string[]): string | undefined {
  if (first === undefined || !isInit(first)) return first;
  return rest.find((word) => !isInit(word) && !word.startsWith('-') && !/^\w+=/.test(word));
}

const isInit = (word: string): boolean => inits.includes(baseName(word));

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const programLanguage = (program: string): Language | undefined =>
  programs.find(({ names, versioned }) => names.includes(program) || versioned?.test(program))?.language;
