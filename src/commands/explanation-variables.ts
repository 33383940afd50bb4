import type { ContainerExplanation, VariableExplanation } from '../explain/explanation.ts';
import { type Line, wrapped } from './wrap.ts';

/** The variables of a container, those of one origin together, all values in one column. */
export function variableLines({ variables, language }: ContainerExplanation): Line[] {
  const nameWidth = Math.max(...variables.map(({ name }) => name.length));
  return groups(variables, headings(language?.value)).flatMap(([heading, members]) => [
    { text: `  ${heading}` },
    ...groupLines(members, nameWidth),
  ]);
}

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

/** What all say alike stands once, at the end. */
function groupLines(members: readonly VariableExplanation[], nameWidth: number): Line[] {
  return members.flatMap((variable, index) => {
    const { name, purpose } = variable;
    const lines = wrapped(`${name.padEnd(nameWidth)}  ${valueText(variable)}`, { indent: 4, hang: nameWidth + 6 });
    if (purpose === undefined || members[index + 1]?.purpose === purpose) return lines;
    return [...lines, ...wrapped(purpose, { indent: 6, style: 'dim' })];
  });
}

function valueText({ value, valueFrom, hidden }: VariableExplanation): string {
  if (hidden === true) return '(set)';
  return valueFrom === undefined ? (value ?? '') || '(empty)' : `(${valueFrom})`;
}
