import type { PodFacts } from '../inject/decide.ts';
import { collectFacts } from './facts.ts';
import type { ManifestOptions } from './inject.ts';
import { asWorkload, objectsOf } from './objects.ts';
import { readStream, type Source } from './stream.ts';

/** A workload of an input, and what the input says about its surroundings. */
export interface FoundWorkload {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  /** The input holds its Namespace; without it, `facts` takes it as enabled. */
  readonly isNamespaceKnown: boolean;
  readonly name: string;
  readonly template: unknown;
  readonly facts: PodFacts;
}

/**
 * The workloads of some manifests, which are taken together as one input, in its order.
 *
 * @throws NodelocalError `input-malformed` for what is no YAML
 */
export function findWorkloads(
  sources: readonly Source[],
  { settings, namespace: fallback }: Pick<ManifestOptions, 'settings' | 'namespace'>,
): FoundWorkload[] {
  const objects = sources.map(readStream).flatMap(objectsOf);
  const facts = collectFacts(objects, fallback, settings.endpoint.clusterIPs);
  const known = new Set(
    objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace').map(({ name }) => name),
  );
  return objects.flatMap((object) => {
    const workload = asWorkload(object);
    if (workload === undefined) return [];
    const { stream, apiVersion, kind, name, template, namespace = fallback } = workload;
    const isNamespaceKnown = known.has(namespace);
    return [
      {
        source: stream.name,
        apiVersion,
        kind,
        namespace,
        isNamespaceKnown,
        name,
        template,
        facts: facts.of(namespace),
      },
    ];
  });
}
