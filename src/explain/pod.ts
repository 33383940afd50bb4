import type { Stamp } from '../inject/annotation.ts';
import { type ContainerDecision, decidePod, type PodFacts } from '../inject/decide.ts';
import { resolveEnvironment } from '../inject/environment.ts';
import { protocolVariable } from '../inject/names.ts';
import type { Container, Pod } from '../inject/pod.ts';
import { reasons, type ReasonCode } from '../inject/reasons.ts';
import type { InjectionSettings } from '../inject/settings.ts';
import { decideRemoval, type PodRemoval } from '../manifest/removal.ts';
import { removeFromTemplate } from '../manifest/template.ts';
import type { Outage } from '../retry/outage.ts';
import { modeBecause, protocolBecause, type SettingSource } from './because.ts';
import type { ContainerExplanation, OutageExplanation, PodExplanation, SkipExplanation } from './explanation.ts';
import { injectedVariable, keptVariables } from './variable.ts';
import { measurements } from '../retry/matrix.ts';

export interface ExplainContext {
  readonly settings: InjectionSettings;
  readonly stamp: Stamp;
  readonly source: SettingSource;
}

/**
 * Explains what happens to a raw pod template, by the decision itself. One that was injected before is
 * explained as it was without that, so that the variables of ours show as ours. Pure; never throws.
 */
export function explainPod(template: unknown, facts: PodFacts, context: ExplainContext): PodExplanation {
  const { settings, stamp } = context;
  const decision = decidePod(template, facts, settings, stamp);
  const removal = decideRemoval(template, facts, settings, stamp);
  const warnings = [...decision.warnings, ...otherSettings(removal, stamp)];
  if (decision.skipped !== undefined) {
    return { skipped: explainSkip(decision.skipped, decision.detail), warnings, containers: [] };
  }
  const pod = template as Pod;
  const original = removal === undefined ? pod : structuredClone(pod);
  if (removal !== undefined) removeFromTemplate(original, removal);
  const whole = removal === undefined ? decision : decidePod(original, facts, settings, stamp);
  const containers = decision.containers.map((now, index) =>
    explainContainer(now, whole.containers[index] ?? now, { pod, original, facts, ...context }),
  );
  return { warnings, containers };
}

function otherSettings(removal: PodRemoval | undefined, stamp: Stamp): string[] {
  if (removal === undefined || removal.injectedBy.config === stamp.config) return [];
  const { version, config } = removal.injectedBy;
  return [
    `it was injected by version ${version} with other settings (${config}, these are ${stamp.config}): give the same --config`,
  ];
}

function explainSkip(reason: ReasonCode, detail: string | undefined): SkipExplanation {
  const { summary, hint } = reasons[reason];
  return { reason, summary, ...(detail !== undefined && detail !== '' && { detail }), hint };
}

interface ContainerContext extends ExplainContext {
  readonly pod: Pod;
  /** The pod without what was injected before. */
  readonly original: Pod;
  readonly facts: PodFacts;
}

/**
 * @param now what is decided for the container as it is
 * @param whole what is decided for it without what was injected before
 */
function explainContainer(
  now: ContainerDecision,
  whole: ContainerDecision,
  context: ContainerContext,
): ContainerExplanation {
  if (now.outcome === 'skipped') return explainSkipped(now, context);
  if (whole.outcome === 'skipped') return explainSkipped(whole, context);
  const isMissing = new Set(now.add.map(({ entry }) => entry.name));
  const { variables, ...explained } = explainInjected(whole, context);
  const injected = whole.add.map((added) => injectedVariable(added, !isMissing.has(added.entry.name)));
  return { ...explained, outcome: now.outcome, variables: [...injected, ...variables] };
}

type Skipped = Extract<ContainerDecision, { outcome: 'skipped' }>;

function explainSkipped(
  { name, list, index, reason, detail }: Skipped,
  context: ContainerContext,
): ContainerExplanation {
  const { kept, unseen } = environmentOf(context.pod.spec[list]?.[index], context.facts);
  return { name, list, outcome: 'skipped', skipped: explainSkip(reason, detail), variables: kept, unseen };
}

function explainInjected(
  { name, list, index, outcome, url, choice, chosenBy, finding, outlook }: Exclude<ContainerDecision, Skipped>,
  { original, facts, source }: ContainerContext,
): ContainerExplanation {
  const { kept, unseen, settings } = environmentOf(original.spec[list]?.[index], facts);
  const { language, strength, evidence, disagree } = finding;
  const { survival, notes } = outlook(measurements);
  const variableFrom = settings.get(protocolVariable)?.from;
  return {
    name,
    list,
    outcome,
    endpoint: {
      url,
      mode: choice.endpoint,
      by: chosenBy.endpoint,
      because: modeBecause(chosenBy.endpoint, original.spec, source),
    },
    protocol: {
      value: choice.protocol,
      by: chosenBy.protocol,
      because: protocolBecause(chosenBy.protocol, language, variableFrom, source),
    },
    language: { ...(language && { value: language }), ...(strength && { strength }), evidence, disagree },
    survives: { refused: explainOutage(survival.refused), dropped: explainOutage(survival.dropped) },
    notes,
    variables: kept,
    unseen,
  };
}

function environmentOf(container: Container = { name: '' }, facts: PodFacts) {
  const environment = resolveEnvironment(container, facts.configMap);
  return { ...environment, kept: keptVariables(container, environment) };
}

function explainOutage({ atLeast, typical, losesAt, evidence }: Outage): OutageExplanation {
  return {
    ...(atLeast && { atLeastMs: atLeast.ms }),
    ...(typical && { typicalMs: typical.ms }),
    ...(losesAt && { losesAtMs: losesAt.ms }),
    evidence,
  };
}
