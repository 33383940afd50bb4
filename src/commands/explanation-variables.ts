import type { ContainerExplanation, VariableExplanation } from '../explain/explanation.ts';
import { fits, type Line, wrapped } from './wrap.ts';

/** Purposes that have been said: each is said once in an output, where it first belongs. */
export type Said = Set<string>;

/** The variables of a container, those of one origin together, all values in one column. */
export function variableLines({ variables, language }: ContainerExplanation, said: Said): Line[] {
  const lengths = variables.map(({ name }) => name.length).filter((length) => length <= longestAligned);
  const nameWidth = Math.max(0, ...lengths);
  return groups(variables, headings(language?.value)).flatMap(([heading, members]) => [
    { text: `  ${heading}` },
    ...groupLines(members, nameWidth, said),
  ]);
}

// The longest of those we inject; a longer one of a user's would only push all values out to the right.
const longestAligned = 'OTEL_EXPERIMENTAL_EXPORTER_OTLP_RETRY_ENABLED'.length;

function headings(language: string | undefined): Record<string, string> {
  return {
    universal: ': universal, which every SDK obeys or ignores',
    language: `: language, for ${language ?? 'this one'}`,
  };
}

function groups(
  variables: readonly VariableExplanation[],
  said: Record<string, string>,
): [string, VariableExplanation[]][] {
  const found = new Map<string, VariableExplanation[]>();
  for (const variable of variables) {
    const { from, origin, present } = variable;
    const verb = present === true ? 'injected before' : 'injected';
    const heading = origin === undefined ? `kept, from ${from}` : verb + (said[origin] ?? `: ${origin}`);
    found.set(heading, [...(found.get(heading) ?? []), variable]);
  }
  return [...found];
}

/** What several in a row say alike stands behind the last of them. */
function groupLines(members: readonly VariableExplanation[], nameWidth: number, said: Said): Line[] {
  return members.flatMap((variable, index) => {
    const { name, purpose } = variable;
    const lines = variableRow(name, valueText(variable), nameWidth);
    if (purpose === undefined || members[index + 1]?.purpose === purpose) return lines;
    if (said.has(name + purpose)) return lines;
    said.add(name + purpose);
    return [...lines, ...wrapped(purpose, { indent: 6, style: 'dim' })];
  });
}

function variableRow(name: string, value: string, nameWidth: number): Line[] {
  const column = nameWidth + 6;
  if (name.length <= nameWidth && fits(value, column)) {
    return wrapped(`${name.padEnd(nameWidth)}  ${value}`, { indent: 4, hang: column });
  }
  return [{ text: `    ${name}` }, ...wrapped(value, { indent: 8 })];
}

function valueText({ value, valueFrom, hidden }: VariableExplanation): string {
  if (hidden === true) return '(set)';
  return valueFrom === undefined ? (value ?? '') || '(empty)' : `(${valueFrom})`;
}
