import type { Container } from '../inject/pod.ts';
import { commandEvidence, scriptLanguages } from './command.ts';
import { imageLanguage, repositoryOf } from './image.ts';
import type { Language } from './language.ts';
import { operatorEvidence } from './operator.ts';
import { variables } from './runtimes.ts';
import type { UserLookup } from './user-value.ts';

export { parseLanguageAnnotation } from './annotation.ts';

/** `explicit`: somebody named the language. `command`: its runtime is started. `hint`: a variable or an image of it. */
export type Strength = 'explicit' | 'command' | 'hint';
const strengths: readonly Strength[] = ['explicit', 'command', 'hint'];

export interface LanguageFinding {
  /** Undefined where nothing tells, or what tells disagrees. */
  language?: Language;
  /** That of the strongest evidence. */
  strength?: Strength;
  /** What was seen, strongest first, for people. */
  evidence: string[];
  disagree: boolean;
}

export interface EvidenceContext {
  /** It is the first of the pod's app containers. Default: no, and so no evidence from annotations meant for the first. */
  isFirst?: boolean;
  /** The user's variables over env and envFrom. Default: the literals and valueFroms in `env`. */
  user?: UserLookup;
}

interface Evidence {
  language: Language;
  strength: Strength;
  text: string;
}

/**
 * Tells a container's language, strictly: a wrong one would do harm, an unknown one only leaves defaults.
 *
 * `explicit` is the answer of our own annotation for this container and settles it. All other evidence
 * has to agree. The programs that a shell script names are no evidence, but they can contradict some.
 */
export function detectLanguage(
  container: Container,
  annotations: Record<string, string>,
  explicit?: Language,
  context: EvidenceContext = {},
): LanguageFinding {
  if (explicit !== undefined) {
    const evidence = [`annotation nodelocal-otlp.dev/language: ${explicit}`];
    return { language: explicit, strength: 'explicit', evidence, disagree: false };
  }
  const command = wordsOf(container.command);
  const words = command.length === 0 ? [] : [...command, ...wordsOf(container.args)];
  const found = [
    ...operatorEvidence(annotations, { name: container.name, isFirst: context.isFirst ?? false }).map(fromOperator),
    ...fromCommand(words),
    ...fromVariables(context.user ?? envOf(container)),
    ...fromImage(container.image),
  ];
  return weigh(found, scriptLanguages(words));
}

// A manifest that no API server has seen can hold anything: `args: [8080]` is a number.
const wordsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((word) => typeof word === 'string') : [];

function weigh(found: readonly Evidence[], doubts: readonly Language[]): LanguageFinding {
  const sorted = [...found].sort((a, b) => strengths.indexOf(a.strength) - strengths.indexOf(b.strength));
  const evidence = sorted.map(({ text }) => text);
  const [strongest] = sorted;
  if (strongest === undefined) return { evidence, disagree: false };
  const { language, strength } = strongest;
  if (sorted.some((other) => other.language !== language)) return { evidence, disagree: true };
  if (strength === 'hint' && doubts.length > 0 && !doubts.includes(language)) {
    return { evidence: [...evidence, `a shell script that names ${doubts.join(', ')}`], disagree: true };
  }
  return { language, strength, evidence, disagree: false };
}

function fromOperator({ language, annotation }: { language: Language; annotation: string }): Evidence {
  return { language, strength: 'explicit', text: `annotation ${annotation}` };
}

function fromCommand(words: readonly string[]): Evidence[] {
  const found = commandEvidence(words);
  if (found === undefined) return [];
  const { language, isRunner, program } = found;
  return [{ language, strength: isRunner ? 'hint' : 'command', text: `command ${program}` }];
}

function fromVariables(user: UserLookup): Evidence[] {
  return variables
    .filter(({ name, presence, value }) => {
      const set = user(name);
      return set?.kind === 'literal' ? value.test(set.value) : set !== undefined && presence === true;
    })
    .map(({ language, name }) => ({ language, strength: 'hint', text: `variable ${name}` }));
}

function fromImage(image: unknown): Evidence[] {
  if (typeof image !== 'string') return [];
  const language = imageLanguage(image);
  if (language === undefined) return [];
  return [{ language, strength: 'hint', text: `image ${repositoryOf(image)}` }];
}

function envOf(container: Container): UserLookup {
  return (name) => {
    // Of two entries with one name the kubelet takes the last.
    const entry = container.env?.findLast((variable) => variable.name === name);
    if (entry === undefined) return undefined;
    return entry.valueFrom ? { kind: 'opaque' } : { kind: 'literal', value: entry.value ?? '' };
  };
}
