import type { Signal } from '../../src/otlp/decode.ts';
import type { Received } from '../lab/sink-records.ts';
import type { Status } from './exports.ts';

/** The answer to one request with that many consecutively numbered items. */
export interface Answered {
  readonly signal: Signal;
  readonly first: number;
  readonly items: number;
  readonly status: Status;
}

/** Items of one signal, all of them counted by their numbers. */
export interface Balance {
  readonly signal: Signal;
  /** offered = accepted + refused + unanswered */
  readonly offered: number;
  readonly accepted: number;
  readonly refused: number;
  /** Nobody knows whether they were accepted. */
  readonly unanswered: number;
  /** Items by answer: `{200: 1200, 503: 300}`. */
  readonly statuses: Readonly<Record<Status, number>>;
  /** Of the accepted ones, each once. */
  readonly delivered: number;
  /** Accepted and not delivered, so far. */
  readonly missing: readonly number[];
  /** Refused, and delivered all the same: then something counts wrongly. */
  readonly deliveredThoughRefused: number;
  readonly duplicates: number;
}

const accepting: readonly Status[] = ['200', 'grpc 0'];
const isAnswer = (status: Status): boolean => /^(\d+|grpc \d+)$/.test(status);

/** What became of what a load offered of one signal. */
export function balanceOf(
  signal: Signal,
  service: string,
  answers: readonly Answered[],
  ledger: readonly Received[],
): Balance {
  const mine = answers.filter((answer) => answer.signal === signal);
  const seqs = ledger.find((one) => one.service === service && one.signal === signal)?.seqs ?? new Float64Array();
  const arrived = new Uint8Array(mine.reduce((end, { first, items }) => Math.max(end, first + items), 0));
  for (const seq of seqs) arrived[seq] = Math.min(255, (arrived[seq] ?? 0) + 1);
  const statuses: Record<Status, number> = {};
  for (const { status, items } of mine) statuses[status] = (statuses[status] ?? 0) + items;
  const numbers = (which: (status: Status) => boolean): number[] =>
    mine.flatMap(({ status, first, items }) =>
      which(status) ? Array.from({ length: items }, (_, i) => first + i) : [],
    );
  const accepted = numbers((status) => accepting.includes(status));
  const refused = numbers((status) => isAnswer(status) && !accepting.includes(status));
  const missing = accepted.filter((seq) => arrived[seq] === 0);
  return {
    signal,
    offered: mine.reduce((sum, { items }) => sum + items, 0),
    accepted: accepted.length,
    refused: refused.length,
    unanswered: numbers((status) => !isAnswer(status)).length,
    statuses,
    delivered: accepted.length - missing.length,
    missing,
    deliveredThoughRefused: refused.filter((seq) => arrived[seq] !== 0).length,
    duplicates: seqs.length - arrived.filter((times) => times > 0).length,
  };
}

/** One line: `traces: 1500 offered = 1200 accepted + 300 refused (503); 1200 delivered, 0 missing`. */
export function balanceLine(balance: Balance): string {
  const { signal, offered, accepted, refused, unanswered, statuses, delivered, missing, duplicates } = balance;
  const codes = Object.keys(statuses).filter((status) => !accepting.includes(status));
  const parts = [`${accepted} accepted`, `${refused} refused`, ...(unanswered > 0 ? [`${unanswered} unanswered`] : [])];
  const twice = duplicates > 0 ? `, ${duplicates} twice` : '';
  const named = codes.length > 0 ? ` (${codes.join(', ')})` : '';
  return `${signal}: ${offered} offered = ${parts.join(' + ')}${named}; ${delivered} delivered, ${missing.length} missing${twice}`;
}
