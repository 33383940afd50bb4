import type { ContainerDecision, PodDecision } from '../inject/decide.ts';
import { reasons } from '../inject/reasons.ts';
import type { InjectedWorkload } from '../manifest/inject.ts';
import { describeObject } from '../manifest/objects.ts';
import type { Outage, Survival } from '../retry/outage.ts';
import type { Io } from './io.ts';
import { count, painter, table, tally } from './words.ts';
import { measurements } from '../retry/matrix.ts';

type Decided = Pick<InjectedWorkload, 'kind' | 'namespace' | 'name' | 'decision'>;

/**
 * Says on stderr what became of each container: its outcome, why, and the outage it survives. Notes that
 * several containers share stand once, at the end, before the summary.
 */
export function reportInjection(workloads: readonly Decided[], io: Io): void {
  const paint = painter(io);
  const write = (line: string) => void io.stderr.write(`${line}\n`);
  for (const { decision, ...object } of workloads) {
    write(paint('bold', describeObject(object)));
    for (const line of containerLines(decision)) {
      write(`  ${line.startsWith('√') ? paint('green', '√') + line.slice(1) : paint('dim', line)}`);
    }
    for (const warning of decision.warnings) write(`  ${paint('yellow', '!')} ${warning}`);
  }
  for (const line of noteLines(workloads)) write(paint('dim', line));
  write(summary(workloads));
}

function containerLines(decision: PodDecision): string[] {
  if (decision.skipped !== undefined) {
    const detail = decision.detail === undefined ? '' : ` (${decision.detail})`;
    return [`– skipped  ${decision.skipped}: ${reasons[decision.skipped].summary}${detail}`];
  }
  return table(decision.containers.map((container) => [...outcome(container), explanation(container)]));
}

function outcome({ outcome: word, name }: ContainerDecision): string[] {
  return [`${word === 'skipped' ? '–' : '√'} ${name}`, word];
}

function explanation(container: ContainerDecision): string {
  if (container.outcome === 'skipped') {
    const detail = container.detail === undefined ? '' : ` (${container.detail})`;
    return `${container.reason}: ${reasons[container.reason].summary}${detail}`;
  }
  const { protocol, language, endpoint, unseen } = container.choice;
  const parts = [protocol, language ?? 'language not known', survivalText(container.outlook(measurements).survival)];
  if (endpoint !== 'service') parts.push(`by ${endpoint}`);
  if (unseen?.length) parts.push(`not seen: ${unseen.join(', ')}`);
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** `survives 8 s refused, 58 s dropped (modelled)`; undefined where nothing is known. */
function survivalText({ refused, dropped }: Survival): string | undefined {
  const [first, second] = [outageText(refused, 'refused'), outageText(dropped, 'dropped')];
  if (first === undefined && second === undefined) return undefined;
  if (first && second && refused.evidence === dropped.evidence)
    return `survives ${first}, ${second} (${refused.evidence})`;
  const marked = [first && `${first} (${refused.evidence})`, second && `${second} (${dropped.evidence})`];
  return `survives ${marked.filter(Boolean).join(', ')}`;
}

function outageText({ typical, atLeast, losesAt }: Outage, kind: string): string | undefined {
  const duration = typical ?? atLeast;
  if (duration?.ms === 0 && losesAt) return `under ${Math.round(losesAt.ms / 1000)} s ${kind}`;
  return duration && `${Math.round(duration.ms / 1000)} s ${kind}`;
}

// Its line says so already.
const saidInLine: ReadonlySet<string> = new Set(['language-unknown']);

function noteLines(workloads: readonly Decided[]): string[] {
  const containers = new Map<string, string[]>();
  for (const { decision } of workloads) {
    for (const container of decision.containers) {
      if (container.outcome === 'skipped') continue;
      for (const { code, text } of container.outlook(measurements).notes) {
        if (!saidInLine.has(code)) containers.set(text, [...(containers.get(text) ?? []), container.name]);
      }
    }
  }
  return [...containers].map(([text, names]) => {
    const shown = [...new Set(names)];
    return `note: ${text} (${shown.length > 3 ? count(names.length, 'container') : shown.join(', ')})`;
  });
}

function summary(workloads: readonly Decided[]): string {
  if (workloads.length === 0) return 'no workloads in the input';
  const containers = workloads.flatMap(({ decision }) => decision.containers);
  const skipped = containers.flatMap((container) => (container.outcome === 'skipped' ? container.reason : []));
  const pods = workloads.flatMap(({ decision }) => decision.skipped ?? []);
  const parts = [
    `${containers.filter(({ outcome: word }) => word === 'injected').length} of ${count(containers.length, 'container')} injected in ${count(workloads.length, 'workload')}`,
  ];
  const unchanged = containers.filter(({ outcome: word }) => word === 'unchanged').length;
  if (unchanged > 0) parts.push(`${unchanged} injected before`);
  if (skipped.length > 0) parts.push(`${skipped.length} skipped (${tally(skipped)})`);
  if (pods.length > 0) parts.push(`${count(pods.length, 'workload')} skipped as a whole (${tally(pods)})`);
  return parts.join('; ');
}
