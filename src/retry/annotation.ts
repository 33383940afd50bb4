import { languageNamed, languages } from './language.ts';
import type { Language } from './language.ts';

export interface LanguageAnnotation {
  /** For every container that is not named. */
  all?: Language;
  byContainer: Map<string, Language>;
  /** Parts that were ignored, each with the reason; the first few of them. */
  problems: string[];
}

/**
 * Reads the annotation `nodelocal-otlp.dev/language`: one language for all containers (`java`), or one per
 * container (`app=java,worker=python`), or both. A part that cannot be used is a problem, never an error.
 */
export function parseLanguageAnnotation(value: string): LanguageAnnotation {
  const result: LanguageAnnotation = { byContainer: new Map(), problems: [] };
  for (const part of value.split(',')) addPart(result, part.trim());
  return result;
}

// An annotation can be as long as the review, and every part of it wrong.
const mostProblems = 50;

function addPart(result: LanguageAnnotation, part: string): void {
  const separator = part.indexOf('=');
  const container = separator === -1 ? undefined : part.slice(0, separator).trim();
  const name = part.slice(separator + 1);
  const language = languageNamed(name);
  if (part === '' || container === '') {
    addProblem(result, `"${part}" is not LANGUAGE or CONTAINER=LANGUAGE`);
  } else if (language === undefined) {
    addProblem(result, `unknown language "${name.trim()}"; known: ${languages.join(', ')}`);
  } else {
    setOnce(result, container, language);
  }
}

function setOnce(result: LanguageAnnotation, container: string | undefined, language: Language): void {
  const before = container === undefined ? result.all : result.byContainer.get(container);
  if (before !== undefined && before !== language) {
    addProblem(result, `${container ?? 'all containers'}: both ${before} and ${language}; ${before} is used`);
  } else if (container === undefined) {
    result.all = language;
  } else {
    result.byContainer.set(container, language);
  }
}

function addProblem({ problems }: LanguageAnnotation, problem: string): void {
  if (problems.length < mostProblems) problems.push(problem);
}
