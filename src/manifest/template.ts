import { annotationNames } from '../inject/names.ts';
import { containerLists, type EnvVar, type Pod } from '../inject/pod.ts';
import type { Path } from './locate.ts';
import type { PodRemoval } from './removal.ts';
import { pointer, valueAt } from './value-at.ts';

export interface RemoveOperation {
  readonly op: 'remove';
  readonly path: string;
}

/** The JSON Patch that carries a removal out on a pod template; what becomes empty goes as a whole. */
export function removeOperations(template: unknown, removal: PodRemoval): RemoveOperation[] {
  const { metadata, spec } = template as Pod;
  const paths = removal.containers.flatMap(({ list, index, remove }): Path[] => {
    const env = ['spec', list, index, 'env'];
    if (remove.length > 0 && remove.length === spec[list]?.[index]?.env?.length) return [env];
    // From the end, so that the indexes before stay as they are.
    return remove.toReversed().map((entry) => [...env, entry]);
  });
  if (!removal.keepsAnnotation) {
    const isOnly = Object.keys(metadata?.annotations ?? {}).length === 1;
    paths.push(['metadata', 'annotations', ...(isOnly ? [] : [annotationNames.injected])]);
  }
  return paths.map((path) => ({ op: 'remove', path: pointer(path) }));
}

/** Carries a removal out on a pod template, in place. */
export function removeFromTemplate(template: unknown, removal: PodRemoval): void {
  const pod = template as Pod;
  for (const { list, index, remove } of removal.containers) {
    const container = pod.spec[list]?.[index];
    if (container?.env) container.env = container.env.filter((_, entry) => !remove.includes(entry));
  }
  if (!removal.keepsAnnotation) delete pod.metadata?.annotations?.[annotationNames.injected];
}

/**
 * A copy of a document's value in which the pod templates at these paths have no empty env, annotations and
 * metadata. Kubernetes reads no key, `null` and empty brackets alike.
 */
export function withoutEmpty(value: unknown, templates: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of templates) {
    const pod = valueAt(copy, path) as Partial<Pod> | undefined;
    if (!pod) continue;
    for (const container of containerLists.flatMap((list) => pod.spec?.[list] ?? [])) {
      if (isEmpty(container.env)) delete container.env;
    }
    if (pod.metadata && isEmpty(pod.metadata.annotations)) delete pod.metadata.annotations;
    if (isEmpty(pod.metadata)) delete pod.metadata;
  }
  return copy;
}

function isEmpty(value: EnvVar[] | object | null | undefined): boolean {
  return value === null || (value !== undefined && Object.keys(value).length === 0);
}
