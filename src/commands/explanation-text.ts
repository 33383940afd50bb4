import type {
  ContainerExplanation,
  LanguageExplanation,
  OutageExplanation,
  PodExplanation,
  SkipExplanation,
} from '../explain/explanation.ts';
import { describeObject } from '../manifest/objects.ts';
import { describeDuration, milliseconds } from '../retry/quantity.ts';
import { type Said, variableLines } from './explanation-variables.ts';
import type { Paint } from './words.ts';
import { facts, type Line, wrapped } from './wrap.ts';

/** One workload as `explain -o json` prints it. */
export interface ExplainedWorkload extends PodExplanation {
  readonly source: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  /** The input holds its Namespace; otherwise that counts as enabled. */
  readonly isNamespaceKnown: boolean;
  readonly name: string;
}

/** The explanations for a person at a terminal of 100 columns. */
export function explanationText(workloads: readonly ExplainedWorkload[], paint: Paint): string {
  const hasManySources = new Set(workloads.map(({ source }) => source)).size > 1;
  const said: Said = new Set();
  const blocks = workloads.map((workload) => workloadLines(workload, hasManySources, said));
  const lines = blocks.flatMap((block, index) => (index === 0 ? block : [{ text: '' }, ...block]));
  return lines.map(({ text, style }) => `${style ? paint(style, printable(text)) : printable(text)}\n`).join('');
}

/** A manifest may hold what moves the cursor or colours the terminal: it is shown, not obeyed. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === '\n' ? String.raw`\n` : `\\u{${code.toString(16)}}`;
  });
}

function workloadLines(workload: ExplainedWorkload, withSource: boolean, said: Said): Line[] {
  const { skipped, warnings, containers, source, namespace } = workload;
  return [
    { text: `${describeObject(workload)}${withSource ? `  (${source})` : ''}`, style: 'bold' },
    ...warnings.flatMap((warning) => wrapped(`! ${warning}`, { indent: 2, hang: 4, style: 'yellow' })),
    ...(skipped ? [{ text: '' }, ...skipLines('the whole pod', skipped, namespace)] : []),
    ...containers.flatMap((container) => [{ text: '' }, ...containerLines(container, said)]),
  ];
}

function skipLines(what: string, { reason, summary, detail, hint }: SkipExplanation, namespace = 'NAME'): Line[] {
  return [
    { text: `– ${what}: skipped, ${reason}`, style: 'yellow' },
    ...facts([
      ['because', [`${summary}${detail === undefined ? '' : ` (${detail})`}`]],
      // As a command, a hint has NAME for the namespace.
      ['to do', [hint.replace(/\bNAME\b/, () => namespace)]],
    ]),
  ];
}

function containerLines(container: ContainerExplanation, said: Said): Line[] {
  const what = `${container.name}${container.list === 'initContainers' ? ' (init container)' : ''}`;
  const head = container.skipped ? skipLines(what, container.skipped) : injectedLines(what, container);
  const variables = variableLines(container, said);
  return [...head, ...noteLines(container), ...(variables.length > 0 ? [{ text: '' }] : []), ...variables];
}

function injectedLines(what: string, container: ContainerExplanation): Line[] {
  const { outcome, endpoint, protocol, language, survives, unseen } = container;
  return [
    { text: `√ ${what}: ${outcome === 'unchanged' ? 'injected before, nothing to add' : 'injected'}`, style: 'green' },
    ...facts([
      ['endpoint', endpoint ? [endpoint.url, `mode ${endpoint.mode}, ${endpoint.because}`] : []],
      ['protocol', protocol ? [`${protocol.value}, ${protocol.because}`] : []],
      ['language', language ? [languageText(language)] : []],
      ['survives', survives ? survivalTexts(survives) : []],
      ['not seen', unseen.length > 0 ? [`${unseen.join(', ')}: whatever they set, injected variables win`] : []],
    ]),
  ];
}

function languageText({ value, strength, evidence, disagree }: LanguageExplanation): string {
  const seen = evidence.join(', ');
  if (disagree) return `not clear: ${seen}`;
  if (value === undefined) return 'not known';
  return `${value} (${strength === 'hint' ? 'a hint: ' : ''}${seen})`;
}

function survivalTexts({ refused, dropped }: NonNullable<ContainerExplanation['survives']>): string[] {
  if (refused.evidence === 'unknown' && dropped.evidence === 'unknown') return ['unknown'];
  return [`refused connections  ${outageText(refused)}`, `no answer            ${outageText(dropped)}`];
}

function outageText({ atLeastMs, typicalMs, losesAtMs, evidence }: OutageExplanation): string {
  const [atLeast, typical, losesAt] = [atLeastMs, typicalMs, losesAtMs].map(
    (ms) => ms && describeDuration(milliseconds(ms)),
  );
  if (losesAt) return `${atLeast ? `at least ${atLeast}, not` : 'not even'} ${losesAt} (${evidence})`;
  if (atLeastMs === 0 && (typicalMs ?? 0) === 0) return `not at all (${evidence})`;
  const parts = [
    atLeast && atLeast !== typical && `at least ${atLeast}`,
    typical && (atLeast === typical ? `for ${typical}` : `typically ${typical}`),
  ].filter(Boolean);
  return parts.length === 0 ? 'an unknown time' : `${parts.join(', ')} (${evidence})`;
}

function noteLines({ notes = [] }: ContainerExplanation): Line[] {
  return notes.flatMap(({ code, text }) => wrapped(`! ${code}: ${text}`, { indent: 2, hang: 4 }));
}
