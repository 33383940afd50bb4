import type { Language } from './language.ts';
import { inits, launchers, preparations, processManagers, programs, shells, taskRunners } from './programs.ts';
import type { Program } from './programs.ts';
import { mostCharacters, simpleCommands } from './script.ts';

/** What a container's command says about its language. */
export interface CommandEvidence {
  language: Language;
  /** A task runner is only a hint. */
  isRunner: boolean;
  program: string;
}

/**
 * The language of the program that a command starts, by its base name: behind `tini --`, `env NAME=value` and the
 * like, and in a shell's script where that does no more than prepare and start it. Undefined for a program not known.
 */
export function commandEvidence(words: readonly string[]): CommandEvidence | undefined {
  if (words.length === 0) return undefined;
  const command = behindInits(words);
  const script = scriptOf(command);
  return script === undefined ? programEvidence(command) : scriptEvidence(script);
}

/** The languages whose programs a shell's script names. Too weak to tell a language, strong enough to doubt one. */
export function scriptLanguages(words: readonly string[]): Language[] {
  const [shell = '', ...rest] = behindInits(words);
  if (!shells.includes(baseName(shell))) return [];
  const names = rest.flatMap((word) => word.slice(0, mostCharacters).split(/[\s;&|()'"`]+/)).map(baseName);
  return [...new Set(names.flatMap((name) => programs.find((row) => isNamed(row, name))?.language ?? []))];
}

function programEvidence([path = '', ...rest]: readonly string[]): CommandEvidence | undefined {
  const program = baseName(path);
  if ([program, ...rest.map(baseName)].some((name) => processManagers.includes(name))) return undefined;
  const matches = (row: Program) => isNamed(row, program) && (row.fits?.(rest) ?? true);
  const runtime = programs.find(matches);
  const language = (runtime ?? taskRunners.find(matches))?.language;
  // A runtime that Python starts has the same variables, and a value in seconds would be one in milliseconds there.
  if (language === 'python' && rest.some((word) => isOfAnother(baseName(word), language))) return undefined;
  return language && { language, isRunner: runtime === undefined, program };
}

const isOfAnother = (name: string, language: Language): boolean =>
  programs.some((row) => row.language !== language && isNamed(row, name));

/** Of a script, what its last command starts, when nothing before it can be the container's program. */
function scriptEvidence(script: string): CommandEvidence | undefined {
  const commands = simpleCommands(script)?.map(withoutAssignments) ?? [];
  const last = commands.pop();
  if (last === undefined) return undefined;
  const isReplaced = last[0] === 'exec';
  const found = programEvidence(behindInits(isReplaced ? last.slice(1) : last));
  const canPrecede = (words: readonly string[]) => {
    const [first] = words;
    if (first === undefined || preparations.includes(first)) return true;
    const language = programEvidence(behindInits(words))?.language;
    // What is not known ends before an exec; without one, it may be the program and the last command its successor.
    return language === undefined ? isReplaced && first !== 'exec' : language === found?.language;
  };
  return commands.every(canPrecede) ? found : undefined;
}

const isAssignment = (word: string): boolean => /^\w+=/.test(word);

function withoutAssignments(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !isAssignment(word));
  return start === -1 ? [] : words.slice(start);
}

/** The script in `sh -ec SCRIPT`, `bash -o pipefail -c -- SCRIPT`. */
function scriptOf([shell = '', ...rest]: readonly string[]): string | undefined {
  if (!shells.includes(baseName(shell))) return undefined;
  const at = rest.findIndex((word, index) => !/^[-+]/.test(word) && !/^[-+]\w*o$/.test(rest[index - 1] ?? ''));
  return rest.slice(0, Math.max(at, 0)).some((word) => /^-\w+$/.test(word) && word.includes('c'))
    ? rest[at]
    : undefined;
}

/** More of them in a row are no command that anybody means. */
const mostInits = 5;

/** The command behind inits and launchers, which start with their options and assignments. */
function behindInits(words: readonly string[]): readonly string[] {
  let at = 0;
  for (let seen = 0; seen < mostInits; seen += 1) {
    const name = baseName(words[at] ?? '');
    const isLauncher = launchers.has(name) && words[at + 1] === launchers.get(name);
    if (!isLauncher && !inits.has(name)) break;
    at = afterOptions(words, at + (isLauncher ? 2 : 1), inits.get(name) ?? []);
  }
  return words.slice(at);
}

function afterOptions(words: readonly string[], from: number, withValue: readonly string[]): number {
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') return at + 1;
    if (withValue.includes(word)) at += 1;
    else if (!word.startsWith('-') && !isAssignment(word)) return at;
  }
  return words.length;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const isNamed = ({ names, versioned }: Program, name: string): boolean =>
  names.includes(name) || (versioned?.test(name) ?? false);
