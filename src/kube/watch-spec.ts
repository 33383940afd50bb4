import type { KubeObject, Resource } from './resources.ts';

/** What to watch: a whole collection, or with `name` one object of it. */
export interface WatchSpec<T> {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name?: string;
  /** What to remember of each object. */
  readonly keep: (object: KubeObject) => T;
}

/** How patient a watch is; tests are in more of a hurry. */
export interface WatchTiming {
  /** How long the API server may take to answer. */
  readonly answerMs: number;
  /** Silence after which the connection counts as dead. Bookmarks come about once a minute where anything changes. */
  readonly quietMs: number;
  /** After which the API server ends a watch, which spreads clients over its replicas; up to half as much is added. */
  readonly watchMs: number;
  /** After which everything is listed anew: a restored etcd can be behind what we have seen, and never says so. */
  readonly relistMs: number;
  /** A watch that lasted so long was a good one: the next failure is the first again. */
  readonly steadyMs: number;
  /** How long a missing permission must last to be believed: an API server that starts denies all until it knows its rules. */
  readonly doubtMs: number;
  readonly firstRetryMs: number;
  /** Also how long, at most, nothing is noticed after the API server is back: so it must be short. */
  readonly mostRetryMs: number;
}

export const defaultTiming: WatchTiming = {
  answerMs: 15_000,
  quietMs: 90_000,
  watchMs: 240_000,
  relistMs: 30 * 60_000,
  steadyMs: 10_000,
  doubtMs: 3000,
  firstRetryMs: 200,
  mostRetryMs: 10_000,
};
