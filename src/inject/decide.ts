import type { LanguageFinding } from '../retry/evidence.ts';
import type { Measurements } from '../retry/measurements.ts';
import type { Outlook } from '../retry/variables.ts';
import {
  annotationBytes,
  type Choice,
  injectedContainers,
  mostAnnotationBytes,
  renderAnnotation,
  type Stamp,
} from './annotation.ts';
import { decideContainer } from './container.ts';
import type { ModeChoice } from './endpoint.ts';
import { type ConfigMapData, configMapsOf } from './environment.ts';
import { annotationNames } from './names.ts';
import { readOverrides } from './overrides.ts';
import { type ContainerList, containerLists, type EnvVar, type Pod } from './pod.ts';
import type { ProtocolChoice } from './protocol.ts';
import type { ReasonCode } from './reasons.ts';
import { handsOff, podSkipReason } from './scope.ts';
import type { InjectionSettings } from './settings.ts';
import { isPod, misfit } from './shape.ts';

/** What is known about the pod's surroundings. */
export interface PodFacts {
  /** false: its namespace is known not to be enabled. In a cluster the hook's namespaceSelector has decided. */
  readonly enabled?: boolean;
  readonly namespaceAnnotations: Readonly<Record<string, string>>;
  /** Of the Service, in its order; empty when not known. */
  readonly clusterIPs: readonly string[];
  readonly configMap: (name: string) => ConfigMapData;
}

/** A variable that will be added, and why. */
export interface AddedVariable {
  readonly entry: EnvVar;
  readonly origin: 'endpoint' | 'helper' | 'universal' | 'language' | 'identity';
  /** One short sentence, for people. */
  readonly purpose: string;
}

interface Place {
  readonly name: string;
  readonly list: ContainerList;
  readonly index: number;
}

export type ContainerDecision = Place &
  (
    | { readonly outcome: 'skipped'; readonly reason: ReasonCode; readonly detail?: string }
    | {
        /** `unchanged`: it holds the values we would write already. */
        readonly outcome: 'injected' | 'unchanged';
        readonly choice: Choice;
        readonly chosenBy: { readonly protocol: ProtocolChoice['by']; readonly endpoint: ModeChoice['by'] };
        readonly url: string;
        /** In the order in which they are appended. */
        readonly add: readonly AddedVariable[];
        readonly finding: LanguageFinding;
        /** For people, and costly: ask where it is shown. */
        readonly outlook: (measured: Measurements) => Outlook;
      }
  );

export interface PodDecision {
  readonly skipped?: ReasonCode;
  readonly detail?: string;
  readonly containers: readonly ContainerDecision[];
  /** Overrides that could not be obeyed. */
  readonly warnings: readonly string[];
  /** The text for nodelocal-otlp.dev/injected; absent when the pod is not to be touched at all. */
  readonly annotation?: string;
}

/**
 * Decides for each container of a raw pod whether it is injected, and with what. Pure; never throws for any
 * JSON value: what does not have a pod's shape is skipped as `unreadable-pod`.
 */
export function decidePod(pod: unknown, facts: PodFacts, settings: InjectionSettings, stamp: Stamp): PodDecision {
  if (!isPod(pod)) return skipPod('unreadable-pod', stamp, `pod${misfit(pod)}`);
  const decision = decide(pod, facts, settings, stamp);
  if (hasRoomFor(decision.annotation, pod)) return decision;
  // Without its annotation a pod of ours would look user-managed to the next call, so it is all or nothing.
  return skipPod(decision.skipped ?? 'annotations-full');
}

function decide(pod: Pod, facts: PodFacts, settings: InjectionSettings, stamp: Stamp): PodDecision {
  const skipped = facts.enabled === false ? 'namespace-not-enabled' : podSkipReason(pod);
  if (skipped !== undefined) return skipPod(skipped, stamp);

  const annotations = pod.metadata?.annotations ?? {};
  const overrides = readOverrides(annotations, facts.namespaceAnnotations);
  const injectedBefore = injectedContainers(annotations[annotationNames.injected]);
  const context = { pod, overrides, injectedBefore, facts, settings };
  const containers = containersOf(pod).map(
    ({ list, index, container }): ContainerDecision => ({
      name: container.name,
      list,
      index,
      ...decideContainer(container, list, index, context),
    }),
  );
  return { containers, warnings: overrides.warnings, annotation: annotationFor(containers, stamp) };
}

function hasRoomFor(annotation: string | undefined, { metadata }: Pod): boolean {
  if (annotation === undefined) return true;
  return annotationBytes({ ...metadata?.annotations, [annotationNames.injected]: annotation }) <= mostAnnotationBytes;
}

/** The text of our annotation for some decisions. */
export function annotationFor(containers: readonly ContainerDecision[], stamp: Stamp): string {
  const records = containers.map((decision) =>
    decision.outcome === 'skipped'
      ? { name: decision.name, skipped: decision.reason }
      : { name: decision.name, ...decision.choice },
  );
  return renderAnnotation(stamp, records);
}

/** The names of the ConfigMaps to read before deciding: those of envFrom that could hold OTEL_ variables. */
export function configMapNames(pod: unknown): string[] {
  if (!isPod(pod) || podSkipReason(pod) !== undefined) return [];
  return [...new Set(containersOf(pod).flatMap(({ container }) => configMapsOf(container)))];
}

function containersOf(pod: Pod) {
  return containerLists.flatMap((list) =>
    (pod.spec[list] ?? []).map((container, index) => ({ list, index, container })),
  );
}

/** Without a stamp no annotation is written either. */
function skipPod(reason: ReasonCode, stamp?: Stamp, detail?: string): PodDecision {
  return {
    skipped: reason,
    ...(detail !== undefined && { detail }),
    containers: [],
    warnings: [],
    ...(stamp && !handsOff.has(reason) && { annotation: renderAnnotation(stamp, reason) }),
  };
}
