import type { Container } from '../inject/pod.ts';
import { commandEvidence, scriptLanguages } from './command.ts';
import type { CommandEvidence } from './command.ts';
import { runtimeImage } from './image.ts';
import type { RuntimeImage } from './image.ts';
import type { Language } from './language.ts';
import { operatorEvidence } from './operator.ts';
import { injectorFolders, jvmVariables, variables } from './runtimes.ts';
import type { UserLookup } from './user-value.ts';

export { parseLanguageAnnotation } from './annotation.ts';

/** `explicit`: somebody named the language. `command`: its runtime is started. `hint`: a variable or an image of it. */
export type Strength = 'explicit' | 'command' | 'hint';
const strengths: readonly Strength[] = ['explicit', 'command', 'hint'];
/** Whether evidence is as strong as needed, or stronger. */
export const isEnough = (strength: Strength, needed: Strength): boolean =>
  strengths.indexOf(strength) <= strengths.indexOf(needed);

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
 * `explicit` is the answer of our own annotation for this container and settles it. All other evidence has to
 * agree, and nothing may cast doubt on it.
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
  const image = typeof container.image === 'string' ? runtimeImage(container.image) : undefined;
  const command = wordsOf(container.command);
  const args = wordsOf(container.args);
  const words = command.length > 0 ? [...command, ...args] : startedByImage(image, args);
  const started = commandEvidence(words);
  const named = scriptLanguages(words.length > 0 ? words : args);
  const isShown = words.length === 0 || started !== undefined || named.length > 0;
  const set = variablesSet(context.user ?? envOf(container));
  const found = [
    ...operatorEvidence(annotations, { name: container.name, isFirst: context.isFirst ?? false }).map(fromOperator),
    ...(started ? [fromCommand(started)] : []),
    ...set.filter(({ isProof }) => isProof),
    ...(image && isShown ? [fromImage(image)] : []),
  ];
  const doubts = [
    ...named.map(fromScript),
    ...(words.length > 0 ? [] : fromArguments(args)),
    ...set.filter(({ isProof }) => !isProof),
  ];
  return weigh(found, doubts);
}

// A manifest that no API server has seen can hold anything: `args: [8080]` is a number.
const wordsOf = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((word) => typeof word === 'string') : [];

/** A doubt proves nothing, but contradicts what another language has of its strength or below. */
function weigh(found: readonly Evidence[], doubts: readonly Evidence[]): LanguageFinding {
  const rank = ({ strength }: Evidence) => strengths.indexOf(strength);
  const sorted = [...found].sort((a, b) => rank(a) - rank(b));
  const [strongest] = sorted;
  if (strongest === undefined) return { evidence: doubts.map(({ text }) => text), disagree: false };
  const { language, strength } = strongest;
  const against = doubts.filter((doubt) => doubt.language !== language && rank(doubt) <= rank(strongest));
  const evidence = [...sorted, ...against].map(({ text }) => text);
  const disagree = against.length > 0 || sorted.some((other) => other.language !== language);
  return disagree ? { evidence, disagree } : { language, strength, evidence, disagree };
}

function fromOperator({ language, annotation }: { language: Language; annotation: string }): Evidence {
  return { language, strength: 'explicit', text: `annotation ${annotation}` };
}

function fromCommand({ language, isRunner, program }: CommandEvidence): Evidence {
  return { language, strength: isRunner ? 'hint' : 'command', text: `command ${program}` };
}

function fromImage({ language, repository }: RuntimeImage): Evidence {
  return { language, strength: 'hint', text: `image ${repository}` };
}

function fromScript(language: Language): Evidence {
  return { language, strength: 'hint', text: `a shell script that names ${language}` };
}

/** What arguments name, for an entrypoint that is not known. */
function fromArguments(args: readonly string[]): Evidence[] {
  const named = commandEvidence(args);
  return named ? [{ language: named.language, strength: 'hint', text: `argument ${named.program}` }] : [];
}

/** What a container without a command starts, as far as its image tells; arguments with a dash are for an entrypoint. */
function startedByImage(image: RuntimeImage | undefined, args: readonly string[]): readonly string[] {
  if (image?.entrypoint !== undefined) return [image.entrypoint, ...args];
  return image !== undefined && args[0]?.startsWith('-') === false ? args : [];
}

/** The variables of runtimes that are set: proofs, and those that any container may have. */
function variablesSet(user: UserLookup): (Evidence & { isProof: boolean })[] {
  const set = variables.flatMap(({ language, name, presence, value }) => {
    const given = user(name);
    if (given === undefined || (given.kind === 'opaque' && presence !== true)) return [];
    const text = given.kind === 'literal' ? given.value : undefined;
    if (text?.trim() === '') return [];
    return [{ language, name, loads: text === undefined || value.test(text), isInjected: isInjected(text) }];
  });
  const injected = set.filter((variable) => variable.isInjected).map(({ language }) => language);
  return [
    ...set.map(({ language, name, loads }) => {
      const isProof = loads && !injected.includes(language);
      // What an injector loads is no proof of its runtime, but where it runs, it reads its own unit.
      return { language, strength: loads && !isProof ? 'command' : 'hint', text: `variable ${name}`, isProof } as const;
    }),
    ...jvmVariables
      .filter((name) => user(name)?.kind === 'literal')
      .map((name) => ({ language: 'java', strength: 'command', text: `variable ${name}`, isProof: false }) as const),
  ];
}

const isInjected = (value: string | undefined): boolean => value !== undefined && injectorFolders.test(value);

function envOf(container: Container): UserLookup {
  return (name) => {
    // Of two entries with one name the kubelet takes the last.
    const entry = container.env?.findLast((variable) => variable.name === name);
    if (entry === undefined) return undefined;
    return entry.valueFrom ? { kind: 'opaque' } : { kind: 'literal', value: entry.value ?? '' };
  };
}
