import type { LanguageFinding } from './evidence.ts';
import type { Survival } from './outage.ts';
import type { Profile } from './profile.ts';
import { describeDuration, seconds } from './quantity.ts';
import type { Duration } from './quantity.ts';

/** Everything a note can be about. Codes are forever: reports and scripts depend on them. */
export const noteCodes = {
  'target-not-reached': 'the SDK gives a batch up before retry.survive has passed',
  'target-not-certain': 'most batches survive retry.survive, not all',
  'flush-may-outlast-grace': 'a flush at exit can take longer than the termination grace period',
  'run-to-completion': 'it runs to completion, so its timeouts stay as they are',
  'language-unknown': 'nothing says which SDK it uses',
  'language-disagrees': 'the evidence of its language contradicts itself',
  'python-hint-only': 'it is probably Python, but not surely enough for a value in seconds',
  'user-value-unreadable': 'a timeout of its own cannot be read',
  'node-grpc-never-retries': 'Node.js with gRPC never retries',
  'go-http-loses-refused': 'Go with HTTP does not retry a refused connection',
  'cpp-http-loses-refused': 'C++ with HTTP does not retry a refused connection',
  'ruby-grpc-has-no-exporter': 'Ruby has no gRPC exporter that variables can choose',
  'php-blocks-the-request': 'PHP exports inside the request',
} as const satisfies Record<string, string>;

export type NoteCode = keyof typeof noteCodes;

/** Something the owner of a container should know. Reported with the decision, never hidden, never a failure. */
export interface Note {
  code: NoteCode;
  text: string;
}

export interface NoteInput {
  finding: LanguageFinding;
  profile: Profile | undefined;
  /** Our timeout was left out only because the evidence is not strong enough for its unit. */
  hintOnly: boolean;
  survive: Duration;
  survival: Survival;
  runToCompletion: boolean;
  /** How long one batch can hold up a flush; undefined where it is not known. */
  flush: Duration | undefined;
  graceSeconds: number;
  unreadable: readonly string[];
}

/** The notes of one container, in a fixed order. */
export function notesFor(input: NoteInput): Note[] {
  const { profile, runToCompletion } = input;
  return [
    languageNote(input),
    profile?.warning,
    runToCompletion ? completionNote : targetNote(input),
    runToCompletion ? undefined : flushNote(input),
    unreadableNote(input),
  ].filter((note) => note !== undefined);
}

const annotationHint = 'Name it with the annotation nodelocal-otlp.dev/language.';
const completionNote: Note = {
  code: 'run-to-completion',
  text: 'It runs to completion: only its queues are set, because telemetry must not delay a start or an exit.',
};

function languageNote({ finding, hintOnly }: NoteInput): Note | undefined {
  if (finding.disagree) {
    return {
      code: 'language-disagrees',
      text: `Its language is not clear: ${finding.evidence.join('; ')}. ${annotationHint}`,
    };
  }
  if (finding.language === undefined) {
    return {
      code: 'language-unknown',
      text: `Its language is not known, and so not what it survives. ${annotationHint}`,
    };
  }
  if (finding.language === 'python' && hintOnly) {
    const text = `It looks like Python (${finding.evidence.join('; ')}), whose timeout is in seconds: a wrong guess would do harm, so it is not set. ${annotationHint}`;
    return { code: 'python-hint-only', text };
  }
  return undefined;
}

function targetNote(input: NoteInput): Note | undefined {
  const { survive, survival } = input;
  const { refused, dropped } = survival;
  if (refused.evidence === 'measured' && refused.atLeast !== undefined) return measuredTargetNote(input);
  if (refused.typical === undefined || refused.atLeast === undefined) return undefined;
  const target = `the target is ${describeDuration(survive)}`;
  const droppedFor = dropped.typical ?? dropped.atLeast;
  const unanswered =
    droppedFor === undefined ? '' : ` (${describeDuration(droppedFor)} where it does not answer at all)`;
  if (refused.typical.ms === 0) {
    return { code: 'target-not-reached', text: `A batch is lost when the agent refuses the connection; ${target}.` };
  }
  if (refused.typical.ms < survive.ms) {
    const text = `It survives an agent that refuses connections for ${describeDuration(refused.typical)}${unanswered}; ${target}.`;
    return { code: 'target-not-reached', text };
  }
  // Figures are shown, and meant, to the second: 29.8 s does reach 30 s.
  if (refused.atLeast.ms + 500 < survive.ms) {
    const text = `Typically a batch survives a refusing agent for ${describeDuration(refused.typical)}, but with bad luck ${describeDuration(refused.atLeast)}; ${target}.`;
    return { code: 'target-not-certain', text };
  }
  return undefined;
}

function measuredTargetNote({ survive, survival: { refused, dropped } }: NoteInput): Note | undefined {
  const { atLeast = seconds(0), losesAt } = refused;
  if (atLeast.ms >= survive.ms) return undefined;
  const end = `the target is ${describeDuration(survive)}.`;
  const droppedFor = dropped.typical ?? dropped.atLeast ?? seconds(0);
  const unanswered =
    droppedFor.ms > atLeast.ms ? ` (it survives ${describeDuration(droppedFor)} without any answer)` : '';
  const isCertain = losesAt !== undefined && losesAt.ms <= survive.ms;
  const code = isCertain ? 'target-not-reached' : 'target-not-certain';
  if (atLeast.ms === 0 && losesAt !== undefined) {
    const text = `${describeDuration(losesAt)} of refused connections cost it telemetry${unanswered}; ${end}`;
    return { code, text };
  }
  const further = losesAt === undefined ? 'more was not measured' : `not ${describeDuration(losesAt)}`;
  const text = `It survives ${describeDuration(atLeast)} of refused connections, ${further}${unanswered}; ${end}`;
  return { code, text };
}

function flushNote({ flush, graceSeconds }: NoteInput): Note | undefined {
  if (flush === undefined || flush.ms <= graceSeconds * 1000) return undefined;
  const text = `While the agent is away, each batch can hold up the flush at exit for ${describeDuration(flush)}; the pod has ${graceSeconds} s to end.`;
  return { code: 'flush-may-outlast-grace', text };
}

function unreadableNote({ unreadable }: NoteInput): Note | undefined {
  if (unreadable.length === 0) return undefined;
  const text = `What it survives depends on ${unreadable.join(', ')}, which it sets itself to a value that cannot be read here.`;
  return { code: 'user-value-unreadable', text };
}
