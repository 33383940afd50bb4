import { addName, removeName } from '../lab/hosts.ts';
import type { PodNetwork } from '../lab/network.ts';
import type { Mode, Sink } from '../lab/sink.ts';
import { grpcCodes } from '../lab/sink-mode.ts';
import type { OutageKind } from '../../src/retry/measurements.ts';

/** What stands in for the agent of one outage. */
export interface Target {
  readonly pod: PodNetwork;
  readonly sink: Sink;
  /** The name or address that its apps use. */
  readonly host: string;
}

interface Steps {
  readonly begin: (target: Target) => Promise<void>;
  readonly end: (target: Target) => Promise<void>;
}

// Longer than the first delay of an SDK's own back-off, so that it can be told whether it was obeyed.
const retryAfterSeconds = 5;

const answering = (mode: Mode): Steps => ({
  begin: ({ sink }) => sink.setMode(mode),
  end: ({ sink }) => sink.setMode({ kind: 'accept' }),
});

/** How each kind of outage is made and ended. */
export const steps: Readonly<Record<OutageKind, Steps>> = {
  refused: { begin: ({ sink }) => sink.disappear(), end: ({ sink }) => sink.return() },
  dropped: {
    // As when the agent's pod has gone and its Service drops what is new: old connections do end.
    begin: async ({ sink, pod }) => {
      await sink.disappear();
      await pod.cut();
    },
    end: async ({ sink, pod }) => {
      await sink.return();
      await pod.heal();
    },
  },
  reset: answering({ kind: 'reset' }),
  unavailable: answering({ kind: 'grpc-status', code: grpcCodes.unavailable }),
  exhausted: answering({ kind: 'grpc-status', code: grpcCodes.resourceExhausted }),
  'exhausted-retry-info': answering({
    kind: 'grpc-status',
    code: grpcCodes.resourceExhausted,
    retryInfoSeconds: retryAfterSeconds,
  }),
  unresolved: {
    // Listens again at once: only the name is missing.
    begin: async ({ sink, host }) => {
      removeName(host);
      await sink.disappear();
      await sink.return();
    },
    end: async ({ pod, host }) => addName(host, pod.ip),
  },
};
