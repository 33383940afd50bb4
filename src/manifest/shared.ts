import { isMap } from 'yaml';
import type { Stamp } from '../inject/annotation.ts';
import { annotationFor, type ContainerDecision, type PodDecision } from '../inject/decide.ts';
import { annotationNames } from '../inject/names.ts';
import { obstacle } from './grow.ts';
import { locate, type Path } from './locate.ts';
import type { Workload } from './objects.ts';
import type { Tree } from './stream.ts';

/**
 * The decision without the containers whose place in the text cannot be changed for them alone: they are
 * skipped as `yaml-shared`. Where that holds for the annotations, it is all containers.
 */
export function withoutShared(workload: Workload, decision: PodDecision, stamp: Stamp): PodDecision {
  const annotations = annotationsProblem(workload);
  const containers = decision.containers.map((container): ContainerDecision => {
    if (container.outcome === 'skipped') return container;
    const detail = annotations ?? (container.add.length > 0 ? envProblem(workload, container) : undefined);
    if (detail === undefined) return container;
    const { name, list, index } = container;
    return { name, list, index, outcome: 'skipped', reason: 'yaml-shared', detail };
  });
  if (containers.every((container, index) => container === decision.containers[index])) return decision;
  return { ...decision, containers, annotation: annotationFor(containers, stamp) };
}

/** Why the env of a container cannot be changed for this container alone; undefined when it can. */
export function envProblem(
  { document, templatePath }: Workload,
  { list, index }: Pick<ContainerDecision, 'list' | 'index'>,
): string | undefined {
  return problemAt(document.tree, [...templatePath, 'spec', list, index], 'env');
}

/** The same for the annotations of the pod template. */
export function annotationsProblem({ document: { tree }, templatePath }: Workload): string | undefined {
  const metadata = [...templatePath, 'metadata'];
  return (
    problemAt(tree, templatePath, 'metadata') ??
    problemAt(tree, metadata, 'annotations') ??
    problemAt(tree, [...metadata, 'annotations'], annotationNames.injected)
  );
}

function problemAt(tree: Tree, path: Path, key: string): string | undefined {
  const found = locate(tree, [...path, key]);
  if ('shared' in found) return found.shared;
  const parent = locate(tree, path);
  return 'node' in parent && isMap(parent.node) ? obstacle(parent.node, key) : undefined;
}
