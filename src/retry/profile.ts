import type { Backoff } from './backoff.ts';
import type { Strength } from './evidence.ts';
import type { Language, Transport } from './language.ts';
import type { Note } from './notes.ts';
import type { Duration, Unit } from './quantity.ts';

/** One SDK's exporter over one transport: what it reads, how it retries, what that survives. */
export interface Profile {
  language: Language;
  transport: Transport;
  /** The oldest SDK that the figures hold for. */
  minimum: string;
  timeout: TimeoutReading;
  /** The value we give OTEL_EXPORTER_OTLP_TIMEOUT. Absent: never set, `timeout.why` says why. */
  aim?: TimeoutAim;
  /** Only useful together with a raised timeout: all of these with it or none. */
  together?: readonly CompanionVariable[];
  /** Absent: the exporter never retries. */
  backoff?: Backoff;
  /** The backoff once `together` is set. */
  tuned?: (timeout: Duration) => Backoff;
  retrySwitch?: RetrySwitch;
  refused: { retried: boolean };
  dropped: DroppedModel;
  /** The variable that ends the attempts of one batch. `none`: only the backoff does. */
  endsBy: TimeLimit;
  /** The variable that bounds how long one batch can hold up a flush at shutdown. */
  flushEndsBy: TimeLimit;
  /** Measured: its shutdown waits no longer, whatever the variables say. */
  flushAtMost?: Duration;
  warning?: Note;
  remarks?: string;
}

export type TimeLimit = 'otlp-timeout' | 'export-timeout' | 'both' | 'none';

export type TimeoutReading = {
  /** Also reads a number with a unit behind it. */
  readsSuffix?: true;
  default: Duration;
  /** Why we set what we set, or set nothing. */
  why: string;
} & (
  | {
      unit: Exclude<Unit, 's'>;
      /** The weakest evidence of the language that is enough to set it: `hint` where not given. */
      needs?: Strength;
    }
  /** Other SDKs would read so many milliseconds, and lose everything. */
  | { unit: 's'; needs: Exclude<Strength, 'hint'> }
);

export type TimeoutAim =
  /** Twice the target, for the jitter; no more than `ceiling`, at which the SDK's own attempts end. */
  { kind: 'target'; ceiling?: Duration } | { kind: 'fixed'; value: Duration };

export type CompanionVariable = { name: string; why: string } & (
  | { unit: Unit; value: (timeout: Duration) => Duration }
  | { text: string }
);

/** A variable that turns retry on or off; any other value leaves it unknown. */
export interface RetrySwitch {
  name: string;
  unset: 'on' | 'off';
  values: Readonly<Record<string, 'on' | 'off'>>;
}

export type DroppedModel =
  /** One connect waits for the limit given, or for all the time the batch has; `kernel`: no timeout of the SDK covers it. */
  | { kind: 'connect'; limit: Duration | 'otlp-timeout' | 'all' | 'kernel'; retried: boolean }
  /** A gRPC channel reconnects on a schedule of its own, which lagged up to 28 s behind the agent in the lab: no figure is honest. */
  | { kind: 'unknown' };
