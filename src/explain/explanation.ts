import type { AddedVariable, ContainerDecision } from '../inject/decide.ts';
import type { ModeChoice } from '../inject/endpoint.ts';
import type { ContainerList } from '../inject/pod.ts';
import type { ProtocolChoice } from '../inject/protocol.ts';
import type { ReasonCode } from '../inject/reasons.ts';
import type { EndpointMode } from '../inject/settings.ts';
import type { Strength } from '../retry/evidence.ts';
import type { Language, Protocol } from '../retry/language.ts';
import type { Note } from '../retry/notes.ts';
import type { Outage } from '../retry/outage.ts';

// These types are the JSON that `explain -o json` prints, described in docs/explain.md. Scripts depend on it:
// fields may be added, but never renamed or given another meaning.

/** What happens to the pods of one template, and why. */
export interface PodExplanation {
  /** The whole pod is left alone; it then has no containers here. */
  readonly skipped?: SkipExplanation;
  /** Annotations that could not be obeyed, and an injection by other settings. */
  readonly warnings: readonly string[];
  readonly containers: readonly ContainerExplanation[];
}

export interface SkipExplanation {
  readonly reason: ReasonCode;
  /** Completes "skipped because …". */
  readonly summary: string;
  readonly detail?: string;
  /** What to do about it. */
  readonly hint: string;
}

export interface ContainerExplanation {
  readonly name: string;
  readonly list: ContainerList;
  /** `unchanged`: it holds all that would be injected already. */
  readonly outcome: ContainerDecision['outcome'];
  readonly skipped?: SkipExplanation;
  // The next five are there unless it is skipped.
  readonly endpoint?: {
    readonly url: string;
    readonly mode: EndpointMode;
    readonly by: ModeChoice['by'];
    readonly because: string;
  };
  readonly protocol?: { readonly value: Protocol; readonly by: ProtocolChoice['by']; readonly because: string };
  readonly language?: LanguageExplanation;
  readonly survives?: { readonly refused: OutageExplanation; readonly dropped: OutageExplanation };
  readonly notes?: readonly Note[];
  /** First the injected ones in their order, then the user's own that matter here: OTEL_* and proxies. */
  readonly variables: readonly VariableExplanation[];
  /** Sources of its environment whose variables could not be seen. */
  readonly unseen: readonly string[];
}

export interface LanguageExplanation {
  readonly value?: Language;
  readonly strength?: Strength;
  /** Strongest first. */
  readonly evidence: readonly string[];
  /** The evidence contradicts itself, so that the language counts as unknown. */
  readonly disagree: boolean;
}

export interface OutageExplanation {
  readonly atLeastMs?: number;
  readonly typicalMs?: number;
  /** Measured: the shortest outage that cost something. */
  readonly losesAtMs?: number;
  readonly evidence: Outage['evidence'];
}

export interface VariableExplanation {
  readonly name: string;
  /** Absent when it is not in the manifest, or not shown. */
  readonly value?: string;
  /** Where the value is to be found at run time: `field status.hostIP`, `Secret shop, key token`. */
  readonly valueFrom?: string;
  /** It has a value, which may be a secret and is not shown. */
  readonly hidden?: true;
  /** `injected`, or where its user set it: `env`, `ConfigMap shop-settings`. */
  readonly from: string;
  // The rest is said of injected ones.
  readonly origin?: AddedVariable['origin'];
  readonly purpose?: string;
  /** It stands in the manifest already, from an earlier injection. */
  readonly present?: boolean;
}
