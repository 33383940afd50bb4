import type { Language } from './language.ts';

const prefix = 'instrumentation.opentelemetry.io/';
const languagesInjected = (['java', 'nodejs', 'python', 'dotnet', 'go'] as const satisfies readonly Language[]).map(
  (language) => ({ language, annotation: `${prefix}inject-${language}` }),
);

/** A language that the OpenTelemetry Operator is asked to instrument a container for. */
export interface OperatorEvidence {
  language: Language;
  annotation: string;
}

/**
 * Reads the OpenTelemetry Operator's annotations for one container.
 *
 * Its rule: `<language>-container-names` names the containers; with one language alone, `container-names`
 * may do so instead, and without either it is the pod's first container. Several languages without
 * names for each are a mistake that the Operator refuses, so they say nothing here.
 *
 * Source: open-telemetry/opentelemetry-operator, internal/instrumentation/{annotation,podmutator}.go.
 */
export function operatorEvidence(
  annotations: Record<string, string>,
  container: { name: string; isFirst: boolean },
): OperatorEvidence[] {
  const asked = languagesInjected.filter(({ annotation }) => isAsked(annotations[annotation]));
  return asked.filter(({ language }) => {
    const shared = asked.length === 1 ? annotations[`${prefix}container-names`] : undefined;
    const names = annotations[`${prefix}${language}-container-names`] || shared;
    return names ? listed(names, container.name) : asked.length === 1 && container.isFirst;
  });
}

/** Its values are `true`, the name of an Instrumentation, or `false`; an empty one counts as absent. */
const isAsked = (value: unknown): boolean =>
  typeof value === 'string' && !['', 'false'].includes(value.trim().toLowerCase());

const listed = (names: unknown, name: string): boolean =>
  typeof names === 'string' && names.split(',').some((item) => item.trim() === name);
