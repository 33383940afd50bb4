import jsonpatch from 'fast-json-patch';
import { annotationBytes, mostAnnotationBytes } from './annotation.ts';
import { annotationNames } from './names.ts';
import type { ContainerDecision, PodDecision } from './decide.ts';
import type { Container, EnvVar, Pod } from './pod.ts';

/** The only operation we ever send: it cannot fail on what is there, and replaces nothing that is not ours. */
export interface AddOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

const injectionAnnotation = annotationNames.injected;

/**
 * The JSON Patch that carries out a decision on the pod it was made for. Built directly, never by comparing
 * two objects: appending gives one plain `add` for each variable, where a diff would rewrite entries we do
 * not own. Empty when there is nothing to do.
 */
export function buildPatch(object: unknown, decision: PodDecision): AddOperation[] {
  if (decision.annotation === undefined) return []; // Also every object that is not a pod.
  const pod = object as Pod;
  const operations = decision.containers.flatMap((container) => envOperations(pod, container));
  const value = { [injectionAnnotation]: decision.annotation };
  const annotations = pod.metadata?.annotations;
  if (!pod.metadata) operations.push({ op: 'add', path: '/metadata', value: { annotations: value } });
  else if (!annotations) operations.push({ op: 'add', path: '/metadata/annotations', value });
  else if (annotations[injectionAnnotation] !== decision.annotation) {
    const path = `/metadata/annotations/${injectionAnnotation.replaceAll('/', '~1')}`;
    operations.push({ op: 'add', path, value: decision.annotation });
  }
  return operations;
}

function envOperations(pod: Pod, decision: ContainerDecision): AddOperation[] {
  if (decision.outcome === 'skipped' || decision.add.length === 0) return [];
  const path = `/spec/${decision.list}/${decision.index}/env`;
  const entries = decision.add.map(({ entry }) => entry);
  if (!pod.spec[decision.list]?.[decision.index]?.env) return [{ op: 'add', path, value: entries }];
  return entries.map((value) => ({ op: 'add', path: `${path}/-`, value }));
}

/**
 * Applies a patch to the pod, which is changed in place, and looks at the result the way the API server will:
 * a patch that it cannot apply, or that makes the pod invalid, gets the pod refused whatever the hook's
 * failurePolicy. Returns the problem, or undefined for a sound patch.
 */
export function checkPatch(
  object: unknown,
  operations: readonly AddOperation[],
  decision: PodDecision,
): string | undefined {
  const pod = object as Pod;
  const places = placesOf(pod, decision); // Before the pod changes.
  try {
    // The values become part of the pod; none is touched by a later operation, so no copy is needed.
    jsonpatch.applyPatch(pod, operations as jsonpatch.Operation[], true, true);
  } catch (error) {
    return error instanceof Error
      ? `the patch does not apply: ${error.message.split('\n')[0]}`
      : 'the patch does not apply';
  }
  const stray = operations.find(({ op, path }) => (op as string) !== 'add' || !places.has(path));
  if (stray) return `${stray.op} ${stray.path} is none of our changes`;
  for (const container of decision.containers) {
    if (container.outcome === 'skipped' || container.add.length === 0) continue;
    const problem = envProblem(
      pod.spec[container.list]?.[container.index],
      container.add.map(({ entry }) => entry),
    );
    if (problem) return `container ${container.name}: ${problem}`;
  }
  return annotationProblem(pod, decision);
}

/** Where this decision may add something to this pod: anywhere else is what the user, or somebody else, has set. */
function placesOf(pod: Pod, { containers, annotation }: PodDecision): ReadonlySet<string> {
  const env = containers
    .filter((container) => container.outcome !== 'skipped' && container.add.length > 0)
    .map(({ list, index }) => `/spec/${list}/${index}/env${pod.spec[list]?.[index]?.env ? '/-' : ''}`);
  if (annotation === undefined) return new Set(env);
  const key = `/${injectionAnnotation.replaceAll('/', '~1')}`;
  const above = pod.metadata ? `/metadata/annotations${pod.metadata.annotations ? key : ''}` : '/metadata';
  return new Set([...env, above]);
}

function annotationProblem({ metadata }: Pod, { annotation }: PodDecision): string | undefined {
  const annotations = metadata?.annotations ?? {};
  if (annotations[injectionAnnotation] !== annotation) return 'our annotation is not the one decided on';
  // decidePod has seen to it; whatever else happens, the API server would refuse the pod.
  return annotationBytes(annotations) > mostAnnotationBytes ? 'its annotations leave no room for ours' : undefined;
}

/** Each entry a string value or a valueFrom, never both; none of our names twice; ours last. */
function envProblem(container: Container | undefined, added: readonly EnvVar[]): string | undefined {
  const env = container?.env ?? [];
  const names = new Set<string>();
  for (let i = env.length - added.length; i < env.length; i++) {
    const entry = env[i];
    if (entry === undefined || entry.name !== added[i - env.length + added.length]?.name)
      return 'our variables are not the last';
    const isLiteral = typeof entry.value === 'string' && entry.value !== '';
    if (isLiteral === (entry.valueFrom !== undefined)) return `${entry.name} needs either a value or a valueFrom`;
    if (names.has(entry.name)) return `${entry.name} would be there twice`;
    names.add(entry.name);
  }
  const twice = env.slice(0, env.length - added.length).find((entry) => names.has(entry.name));
  return twice && `${twice.name} would be there twice`;
}
