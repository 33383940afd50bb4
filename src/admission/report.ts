import { clip, type Log } from '../log.ts';
import type { ReviewOutcome } from './handler.ts';

/** What became of one call of the review path, reviews that were never read included. */
export type CallOutcome =
  | ReviewOutcome
  /** Answered with this HTTP status before its body was looked at. */
  | { readonly result: 'refused'; readonly status: number; readonly problem: string }
  /** The caller went away before its body was complete. */
  | { readonly result: 'aborted' };

/**
 * Logs one call: exactly one info line for each decision; a warning for what was no review; an error line in
 * addition for an error inside. Names and reasons only, never environment values.
 */
export function logCall(log: Log, outcome: CallOutcome, durationMs: number): void {
  switch (outcome.result) {
    case 'aborted':
      return log.debug({ durationMs }, 'the caller went away');
    case 'refused':
      return log.warn({ status: outcome.status, problem: outcome.problem, durationMs }, 'refused a request');
    case 'malformed':
      return log.warn({ status: 400, problem: outcome.problem, durationMs }, 'got a malformed review');
    case 'patched':
    case 'unchanged':
    case 'skipped':
      return logDecision(log, outcome, durationMs);
  }
}

type Decided = Extract<ReviewOutcome, { request: unknown }>;

function logDecision(log: Log, outcome: Decided, durationMs: number): void {
  const { request, result, reason, error } = outcome;
  const uid = clip(request.uid);
  // The response has them too, but nobody sees those of a pod that a controller creates.
  const warnings = outcome.decision?.warnings ?? [];
  if (error !== undefined) log.error({ uid, err: error }, 'could not decide; the pod was let through unchanged');
  const fields = {
    uid,
    ...namesOf(request),
    operation: clip(request.operation),
    dryRun: request.dryRun,
    decision: result,
    ...(reason !== undefined && { reason }),
    containers: containersOf(outcome),
    ...(warnings.length > 0 && { warnings: warnings.slice(0, mostWarnings).map((text) => clip(text)) }),
    durationMs,
  };
  log.info(fields, 'reviewed');
}

/** Pods of workloads have no name yet, only the stem that the API server will complete. */
function namesOf({ namespace, name, object }: Decided['request']): Record<string, string> {
  const metadata = (object as { metadata?: { generateName?: unknown } } | null | undefined)?.metadata;
  const generateName = metadata?.generateName;
  return {
    ...(namespace !== undefined && { namespace: clip(namespace) }),
    ...(name !== undefined && { name: clip(name) }),
    ...(name === undefined && typeof generateName === 'string' && { generateName: clip(generateName) }),
  };
}

const mostContainers = 50;
const mostWarnings = 50;

function containersOf({ decision }: Decided): { name: string; outcome: string; reason?: string }[] {
  return (decision?.containers ?? []).slice(0, mostContainers).map((container) => ({
    name: clip(container.name),
    outcome: container.outcome,
    ...(container.outcome === 'skipped' && { reason: container.reason }),
  }));
}
