import type { Stamp } from '../inject/annotation.ts';
import { decidePod, type PodDecision } from '../inject/decide.ts';
import { type AddOperation, buildPatch, checkPatch } from '../inject/patch.ts';
import type { InjectionSettings } from '../inject/settings.ts';
import { applyEdits, type Edit } from './edit.ts';
import { collectFacts, type InputFacts } from './facts.ts';
import { injectionEdits } from './injection-edits.ts';
import { asWorkload, describeObject, objectsOf, type Workload } from './objects.ts';
import { withoutShared } from './shared.ts';
import { readStream, type Source, type Stream } from './stream.ts';
import { pointer, valueAt } from './value-at.ts';
import { verified } from './verify.ts';

export interface ManifestOptions {
  readonly settings: InjectionSettings;
  readonly stamp: Stamp;
  /** Of objects that name none. */
  readonly namespace: string;
}

/** What became of one workload. */
export interface InjectedWorkload {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly decision: PodDecision;
  /** Paths from the object itself, not from its pod template. Empty when nothing is to be done. */
  readonly operations: readonly AddOperation[];
}

/** A source before and after. `values` are those of its documents, after. */
export interface ChangedSource {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly values: readonly unknown[];
}

export interface ManifestInjection {
  readonly sources: readonly ChangedSource[];
  /** In the order of the input; objects that no pods are made from are not among them. */
  readonly workloads: readonly InjectedWorkload[];
}

/**
 * Injects all workloads of some manifests, which are taken together as one input. All that the user wrote
 * stays as it is, byte for byte; only lines (in flow style: entries) are added.
 *
 * @throws NodelocalError `input-malformed` for what is no YAML; Error when a result would be wrong
 */
export function injectManifests(sources: readonly Source[], options: ManifestOptions): ManifestInjection {
  const streams = sources.map(readStream);
  const objects = streams.flatMap(objectsOf);
  const facts = collectFacts(objects, options.namespace, options.settings.endpoint.clusterIPs);
  const planned = objects
    .map(asWorkload)
    .filter((workload) => workload !== undefined)
    .map((workload) => plan(workload, facts, options));
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
  readonly result: InjectedWorkload;
  readonly edits: readonly Edit[];
  /** Carries the decision out on a copy of the pod template. */
  readonly apply: (template: unknown) => void;
}

function plan(
  workload: Workload,
  facts: InputFacts,
  { settings, stamp, namespace: fallback }: ManifestOptions,
): Planned {
  const { stream, path, templatePath, template, apiVersion, kind, name, namespace = fallback } = workload;
  const decided = decidePod(template, facts.of(namespace), settings, stamp);
  const decision = withoutIdleAnnotation(withoutShared(workload, decided, stamp));
  const patch = buildPatch(template, decision);
  const prefix = pointer(templatePath.slice(path.length));
  return {
    workload,
    result: {
      source: stream.name,
      apiVersion,
      kind,
      namespace,
      name,
      decision,
      operations: patch.map((operation) => ({ ...operation, path: prefix + operation.path })),
    },
    edits: patch.length > 0 ? injectionEdits(workload, decision) : [],
    apply: (copy) => {
      const problem = checkPatch(copy, structuredClone(patch), decision);
      if (problem !== undefined) throw new Error(`internal error: ${describeObject(workload)}: ${problem}`);
    },
  };
}

/** Files are about what will run: where nothing is injected, they stay untouched. (A pod in a cluster says why.) */
function withoutIdleAnnotation(decision: PodDecision): PodDecision {
  if (decision.containers.some(({ outcome }) => outcome !== 'skipped')) return decision;
  const { annotation: _, ...rest } = decision;
  return rest;
}

function rewrite(stream: Stream, planned: readonly Planned[]): ChangedSource {
  const { name, text, documents } = stream;
  const edits = planned.flatMap((part) => part.edits);
  if (edits.length === 0) return { name, before: text, after: text, values: documents.map(({ value }) => value) };
  const after = applyEdits(text, edits);
  const expected = documents.map((document) => {
    const value: unknown = structuredClone(document.value);
    for (const { workload, apply } of planned) {
      if (workload.document === document) apply(valueAt(value, workload.templatePath));
    }
    return value;
  });
  verified(
    stream,
    after,
    expected,
    planned.map(({ workload }) => workload),
  );
  return { name, before: text, after, values: expected };
}
