import { configMapNames, decidePod, type PodDecision } from '../inject/decide.ts';
import type { Stamp } from '../inject/annotation.ts';
import type { ConfigMapData } from '../inject/environment.ts';
import { buildPatch, checkPatch } from '../inject/patch.ts';
import type { Pod } from '../inject/pod.ts';
import type { ReasonCode } from '../inject/reasons.ts';
import type { InjectionSettings } from '../inject/settings.ts';
import { type ConfigMapReader, readConfigMaps } from './config-maps.ts';
import { type AdmissionRequest, parseReview, renderResponse } from './review.ts';

/** The rules behind an answer, as one replaceable part: tests hand in rules that fail. */
export const injectionRules = { configMapNames, decidePod, buildPatch, checkPatch };
export type InjectionRules = typeof injectionRules;

interface NamespaceFacts {
  readonly annotations: Readonly<Record<string, string>>;
  /** false: its pods are to be left alone. Not given where the hook's namespaceSelector has decided that. */
  readonly enabled?: boolean;
}

/** Everything a review is answered from besides its own text. All but `readConfigMap` answer at once. */
export interface ReviewContext {
  readonly settings: () => { readonly injection: InjectionSettings; readonly stamp: Stamp };
  /** undefined: the namespace is not known (yet). */
  readonly namespaces: (name: string) => NamespaceFacts | undefined;
  /** ClusterIPs of the uniform Service, in its order; empty when not known. */
  readonly clusterIPs: () => readonly string[];
  /** Without a reader, what stands in a ConfigMap counts as not seen. */
  readonly readConfigMap?: ConfigMapReader;
  /** How long one review waits for its ConfigMaps: 500 ms where not given. */
  readonly configMapsWithinMs?: number;
  /** A clock in milliseconds that never goes backwards. */
  readonly now: () => number;
  readonly rules?: InjectionRules;
}

/** What became of a review, for the log and for metrics. Holds no environment values. */
export type ReviewOutcome =
  | { readonly result: 'malformed'; readonly problem: string }
  | {
      /** `unchanged`: looked at, and nothing is to be added. `skipped`: the whole pod, for `reason`. */
      readonly result: 'patched' | 'unchanged' | 'skipped';
      readonly request: AdmissionRequest;
      readonly reason?: ReasonCode;
      /** Absent when there was an error before or while deciding. */
      readonly decision?: PodDecision;
      readonly error?: unknown;
      /** The patch did not pass the check that the API server would have made; `error` says why. */
      readonly droppedPatch?: true;
    };

export interface ReviewAnswer {
  readonly status: 200 | 400;
  /** JSON text, for a 400 too. */
  readonly body: string;
  readonly outcome: ReviewOutcome;
}

const defaultConfigMapsMs = 500;

/**
 * Answers one AdmissionReview, given as text or bytes: the one way from a review to a response, under the
 * webhook and under `inject --review`.
 *
 * A well-formed review is always allowed: an error inside becomes an answer without a patch and the reason
 * `internal-error`. The answer comes at once (not as a promise) unless a ConfigMap has to be read first, which
 * keeps the usual request free of a turn of the event loop. Has no effects, so dry runs need no care.
 *
 * @param deadline the value of `context.now()` after which the caller no longer waits
 */
export function handleReview(
  body: string | Buffer,
  context: ReviewContext,
  deadline: number,
): ReviewAnswer | Promise<ReviewAnswer> {
  const parsed = parseReview(body);
  if ('malformed' in parsed) return malformed(parsed.malformed);
  const { request } = parsed;
  try {
    if (!isPodCreate(request)) return unpatched(request, 'not-pod-create');
    const reading = configMapsOf(request, context, deadline);
    if (reading === undefined) return decide(request, context, deadline, new Map());
    return reading
      .then((configMaps) => decide(request, context, deadline, configMaps))
      .catch((error: unknown) => failed(request, error));
  } catch (error) {
    return failed(request, error);
  }
}

/** undefined: there is nothing to read, or nobody to read it. */
function configMapsOf(request: AdmissionRequest, context: ReviewContext, deadline: number) {
  const { readConfigMap, configMapsWithinMs = defaultConfigMapsMs, now } = context;
  if (readConfigMap === undefined || request.namespace === undefined) return undefined;
  const names = rulesOf(context).configMapNames(request.object);
  if (names.length === 0) return undefined;
  const withinMs = Math.max(0, Math.min(configMapsWithinMs, deadline - now()));
  return readConfigMaps(readConfigMap, request.namespace, names, withinMs);
}

function isPodCreate({ resource, subResource, operation }: AdmissionRequest): boolean {
  return resource === 'pods' && subResource === '' && operation === 'CREATE';
}

function decide(
  request: AdmissionRequest,
  context: ReviewContext,
  deadline: number,
  configMaps: ReadonlyMap<string, ConfigMapData>,
): ReviewAnswer {
  const { decidePod: decideFor, buildPatch: build, checkPatch: check } = rulesOf(context);
  if (context.now() >= deadline) return unpatched(request, 'deadline-exceeded');
  const { injection, stamp } = context.settings();
  const { annotations = {}, enabled } = context.namespaces(request.namespace ?? '') ?? {};
  const facts = {
    ...(enabled !== undefined && { enabled }),
    namespaceAnnotations: annotations,
    clusterIPs: context.clusterIPs(),
    configMap: (name: string) => configMaps.get(name),
  };
  const decision = decideFor(request.object, facts, injection, stamp);
  // Has this shape wherever there is something to do: decidePod skips what does not.
  const pod = request.object as Pod;
  const operations = build(pod, decision);
  // Last, because it changes the object.
  const problem = operations.length > 0 ? check(pod, operations, decision) : undefined;
  if (problem !== undefined) return failed(request, new Error(`the patch was dropped: ${problem}`), true);
  if (context.now() >= deadline) return unpatched(request, 'deadline-exceeded');
  const body = renderResponse(request.uid, operations, decision.warnings);
  return { status: 200, body, outcome: { ...resultOf(decision, operations.length), request, decision } };
}

function resultOf(decision: PodDecision, operations: number) {
  if (decision.skipped !== undefined) return { result: 'skipped', reason: decision.skipped } as const;
  return { result: operations > 0 ? 'patched' : 'unchanged' } as const;
}

function rulesOf(context: ReviewContext): InjectionRules {
  return context.rules ?? injectionRules;
}

type Decided = Extract<ReviewOutcome, { request: unknown }>;

function unpatched(request: AdmissionRequest, reason: ReasonCode, more: Partial<Decided> = {}): ReviewAnswer {
  const outcome: Decided = { ...more, result: 'skipped', request, reason };
  return { status: 200, body: renderResponse(request.uid, [], []), outcome };
}

/** The one place where an exception becomes an answer: fail open. */
function failed(request: AdmissionRequest, thrown: unknown, droppedPatch = false): ReviewAnswer {
  const error = thrown ?? new Error('thrown without a value');
  return unpatched(request, 'internal-error', { error, ...(droppedPatch && { droppedPatch }) });
}

function malformed(problem: string): ReviewAnswer {
  const body = JSON.stringify({ error: 'malformed AdmissionReview', message: problem });
  return { status: 400, body, outcome: { result: 'malformed', problem } };
}
