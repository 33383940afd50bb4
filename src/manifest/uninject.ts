import { isMap, type YAMLMap } from 'yaml';
import { annotationNames } from '../inject/names.ts';
import { applyEdits, type Edit } from './edit.ts';
import { collectFacts, type InputFacts } from './facts.ts';
import type { ChangedSource, ManifestOptions } from './inject.ts';
import { findPair, locate, type Path } from './locate.ts';
import { asWorkload, objectsOf, type Workload } from './objects.ts';
import { decideRemoval, type PodRemoval } from './removal.ts';
import { annotationsProblem, envProblem } from './shared.ts';
import { shrink } from './shrink.ts';
import { readStream, type Source, type Stream, type Tree } from './stream.ts';
import { removeFromTemplate, type RemoveOperation, removeOperations, withoutEmpty } from './template.ts';
import { pointer, valueAt } from './value-at.ts';
import { verified } from './verify.ts';

/** What became of one workload that carried our annotation. */
export interface UninjectedWorkload {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly removal: PodRemoval;
  /** Paths from the object itself, to be carried out in this order. */
  readonly operations: readonly RemoveOperation[];
}

export interface ManifestUninjection {
  readonly sources: readonly ChangedSource[];
  /** In the order of the input; those without our annotation are not among them. */
  readonly workloads: readonly UninjectedWorkload[];
}

/**
 * Takes out of some manifests exactly what {@link injectManifests} put in, with the same settings: byte for
 * byte, as long as the injected lines are as they were.
 *
 * @throws NodelocalError `input-malformed` for what is no YAML; Error when a result would be wrong
 */
export function uninjectManifests(sources: readonly Source[], options: ManifestOptions): ManifestUninjection {
  const streams = sources.map(readStream);
  const objects = streams.flatMap(objectsOf);
  const facts = collectFacts(objects, options.namespace, options.settings.endpoint.clusterIPs);
  const planned = objects
    .map(asWorkload)
    .filter((workload) => workload !== undefined)
    .map((workload) => plan(workload, facts, options))
    .filter((part) => part !== undefined);
  return {
    sources: streams.map((stream) =>
      rewrite(
        stream,
        planned.filter(({ workload }) => workload.stream === stream),
      ),
    ),
    workloads: planned.map(({ result }) => result),
  };
}

interface Planned {
  readonly workload: Workload;
  readonly result: UninjectedWorkload;
  readonly edits: readonly Edit[];
}

function plan(workload: Workload, facts: InputFacts, options: ManifestOptions): Planned | undefined {
  const { stream, path, templatePath, template, apiVersion, kind, name, namespace = options.namespace } = workload;
  const decided = decideRemoval(template, facts.of(namespace), options.settings, options.stamp);
  if (decided === undefined) return undefined;
  const removal = withoutShared(workload, decided);
  const prefix = pointer(templatePath.slice(path.length));
  const operations = removeOperations(template, removal).map((operation) => ({
    ...operation,
    path: prefix + operation.path,
  }));
  const result = { source: stream.name, apiVersion, kind, namespace, name, removal, operations };
  return { workload, result, edits: removalEdits(workload, removal) };
}

/** The removal as far as the text can be changed for this workload alone. */
function withoutShared(workload: Workload, removal: PodRemoval): PodRemoval {
  const annotations = annotationsProblem(workload);
  const containers = removal.containers.map((container) => {
    const problem = annotations ?? (container.remove.length > 0 ? envProblem(workload, container) : undefined);
    return problem === undefined ? container : { ...container, remove: [], problem };
  });
  return { ...removal, containers, keepsAnnotation: removal.keepsAnnotation || annotations !== undefined };
}

function removalEdits({ stream: { text }, document: { tree }, templatePath }: Workload, removal: PodRemoval): Edit[] {
  const edits = removal.containers.flatMap(({ list, index, remove }) => {
    const container = remove.length > 0 ? mapAt(tree, [...templatePath, 'spec', list, index]) : undefined;
    return container ? shrink(text, container, ['env'], new Set(remove)) : [];
  });
  const template = mapAt(tree, templatePath);
  const annotations = mapAt(tree, [...templatePath, 'metadata', 'annotations']);
  const ours = annotations && findPair(annotations, annotationNames.injected);
  if (removal.keepsAnnotation || !template || !ours) return edits;
  return [...edits, ...shrink(text, template, ['metadata', 'annotations'], new Set([annotations.items.indexOf(ours)]))];
}

function mapAt(tree: Tree, path: Path): YAMLMap | undefined {
  const found = locate(tree, path);
  return 'node' in found && isMap(found.node) ? found.node : undefined;
}

function rewrite(stream: Stream, planned: readonly Planned[]): ChangedSource {
  const { name, text, documents } = stream;
  const edits = planned.flatMap((part) => part.edits);
  if (edits.length === 0) return { name, before: text, after: text, values: documents.map(({ value }) => value) };
  const after = applyEdits(text, edits);
  const expected = documents.map((document) => {
    const value: unknown = structuredClone(document.value);
    for (const { workload, result } of planned) {
      if (workload.document === document) removeFromTemplate(valueAt(value, workload.templatePath), result.removal);
    }
    return value;
  });
  const workloads = planned.map(({ workload }) => workload);
  const again = verified(stream, after, expected, workloads, (value, document) => {
    const paths = workloads
      .filter((workload) => workload.document === document)
      .map((workload) => workload.templatePath);
    return withoutEmpty(value, paths);
  });
  return { name, before: text, after, values: again.documents.map(({ value }) => value) };
}
