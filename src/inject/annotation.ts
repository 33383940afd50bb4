import type { Language, Protocol } from '../retry/language.ts';
import type { ReasonCode } from './reasons.ts';
import type { EndpointMode } from './settings.ts';
import { isObject } from './shape.ts';

/** What was chosen for an injected container. */
export interface Choice {
  readonly protocol: Protocol;
  readonly language?: Language;
  readonly endpoint: EndpointMode;
  /** Sources of its environment that could not be seen. */
  readonly unseen?: readonly string[];
}

/** Which program and which configuration wrote an annotation. */
export interface Stamp {
  readonly version: string;
  /** Hash of the injection settings. */
  readonly config: string;
}

export type ContainerRecord = { readonly name: string } & (Choice | { readonly skipped: ReasonCode });

/**
 * The value of the annotation nodelocal-otlp.dev/injected: compact JSON, its keys in a fixed order, so that
 * the same decision always gives the same text.
 */
export function renderAnnotation(stamp: Stamp, decided: readonly ContainerRecord[] | ReasonCode): string {
  const { version, config } = stamp;
  if (typeof decided === 'string') return JSON.stringify({ version, config, skipped: decided });
  // fromEntries defines own properties, so that even a container named __proto__ is recorded.
  const containers = Object.fromEntries(decided.map(({ name, ...record }) => [name, record]));
  return JSON.stringify({ version, config, containers });
}

/** The names of the containers that an annotation lists as injected; empty for text that is not ours. */
export function injectedContainers(annotation: string | undefined): ReadonlySet<string> {
  const containers = parseAnnotation(annotation)?.containers;
  if (containers === undefined) return new Set();
  return new Set(
    Object.entries(containers)
      .filter(([, record]) => isObject(record) && typeof record['protocol'] === 'string')
      .map(([name]) => name),
  );
}

/** The stamp of an annotation; undefined for text that is not ours. */
export function annotationStamp(annotation: string | undefined): Stamp | undefined {
  const parsed = parseAnnotation(annotation);
  return parsed && { version: String(parsed.version), config: String(parsed.config) };
}

/**
 * The API server refuses an object whose annotations are larger, keys and values together
 * (kubernetes/apimachinery pkg/api/validation/objectmeta.go, TotalAnnotationSizeLimitB).
 */
export const mostAnnotationBytes = 256 * 1024;

export function annotationBytes(annotations: Readonly<Record<string, string>>): number {
  return Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
}

function parseAnnotation(text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isObject(parsed) || !('version' in parsed)) return undefined;
    const containers = isObject(parsed['containers']) ? parsed['containers'] : undefined;
    return { version: parsed['version'], config: parsed['config'], containers };
  } catch {
    return undefined; // Somebody else's text under our name: it lists nothing.
  }
}
