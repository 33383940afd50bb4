import { parseLanguageAnnotation } from '../retry/evidence.ts';
import type { Language, SettableProtocol } from '../retry/language.ts';
import { annotationNames } from './names.ts';
import type { EndpointMode } from './settings.ts';

export interface Overrides {
  readonly protocol?: { readonly value: SettableProtocol; readonly from: From };
  readonly endpoint?: { readonly value: EndpointMode; readonly from: From };
  readonly envFromUnseen?: 'inject' | 'skip';
  readonly language: (container: string) => Language | undefined;
  readonly containers?: ReadonlySet<string>;
  readonly excludeContainers?: ReadonlySet<string>;
  /** One for each annotation that could not be obeyed; what it would have changed stays at its default. */
  readonly warnings: readonly string[];
}

type Annotations = Readonly<Record<string, string>>;
type From = 'pod' | 'namespace';

/** Reads our annotations, the pod's first and then its namespace's. An address can never be set by one. */
export function readOverrides(pod: Annotations, namespace: Annotations): Overrides {
  const warnings: string[] = [];
  const first = <T>(name: string, parse: (text: string) => T | undefined, expected: string) => {
    for (const [from, annotations] of [
      ['pod', pod],
      ['namespace', namespace],
    ] as const) {
      const text = annotations[name];
      if (text === undefined) continue;
      const value = parse(text.trim());
      if (value !== undefined) return { value, from };
      warnings.push(`${from} annotation ${name}: got ${shorten(text)}, expected ${expected}`);
    }
    return undefined;
  };

  const protocol = first(annotationNames.protocol, oneOf(['grpc', 'http/protobuf']), 'grpc or http/protobuf');
  const endpoint = first(
    annotationNames.endpoint,
    oneOf(['service', 'cluster-ip', 'host-ip']),
    'service, cluster-ip or host-ip',
  );
  const unseen = first(annotationNames.envFromUnseen, oneOf(['inject', 'skip']), 'inject or skip');
  const containers = first(annotationNames.containers, nameList, 'container names');
  const excluded = first(annotationNames.excludeContainers, nameList, 'container names');
  const languages = first(annotationNames.language, languageList, 'a language, or container=language pairs');
  for (const problem of languages?.value.problems ?? []) {
    warnings.push(`${languages?.from} annotation ${annotationNames.language}: ${shorten(problem)}`);
  }
  return {
    ...(protocol && { protocol }),
    ...(endpoint && { endpoint }),
    ...(unseen && { envFromUnseen: unseen.value }),
    ...(containers && { containers: containers.value }),
    ...(excluded && { excludeContainers: excluded.value }),
    language: (container) => languages?.value.byContainer.get(container) ?? languages?.value.all,
    warnings,
  };
}

function oneOf<const T extends string>(values: readonly T[]): (text: string) => T | undefined {
  return (text) => values.find((value) => value === text);
}

function nameList(text: string): ReadonlySet<string> | undefined {
  const names = text.split(',').map((name) => name.trim());
  return names.every((name) => name !== '') ? new Set(names) : undefined;
}

function languageList(text: string) {
  return text === '' ? undefined : parseLanguageAnnotation(text);
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
