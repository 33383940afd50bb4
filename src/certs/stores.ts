import type { SecretData } from './state.ts';

/** A value with the version it was read at, to be handed back with a write. */
export interface Stored<T> {
  readonly value: T;
  readonly resourceVersion: string;
}

/** Whether a write took effect; `conflict` when somebody else wrote since, or created first. */
export type WriteOutcome = 'written' | 'conflict';

/** The Secret with the CAs. Promises reject when the API server cannot be asked or says no. */
export interface SecretStore {
  /** As the watch shows it, and after a write of ours as written. `undefined` is not known yet, `null` not there. */
  readonly current: () => Stored<SecretData> | null | undefined;
  /**
   * Read from the API server right now, never from a cache: before the hook's caBundle is written, so that a replica
   * whose watch lags cannot take out a CA that it has not seen yet.
   */
  readonly read: () => Promise<Stored<SecretData> | null>;
  readonly create: (data: SecretData) => Promise<WriteOutcome>;
  /** Replaces all data, if the Secret still has this version. */
  readonly replace: (data: SecretData, resourceVersion: string) => Promise<WriteOutcome>;
  /** @returns to stop being told */
  readonly onChange: (listener: () => void) => () => void;
}

/** What of the MutatingWebhookConfiguration certificates are about. */
export interface Hook {
  readonly webhooks: readonly { readonly name: string; readonly caBundle?: string /* base64 of PEM */ }[];
}

/** The hook's configuration. Promises reject when the API server cannot be asked or says no. */
export interface HookStore {
  /** As the watch shows it, and after a write of ours as written. `undefined` is not known yet, `null` not there. */
  readonly current: () => Stored<Hook> | null | undefined;
  /** Sets the caBundle of every webhook in it, if it still has this version. */
  readonly setCaBundle: (bundlePem: string, resourceVersion: string) => Promise<WriteOutcome>;
  /** @returns to stop being told */
  readonly onChange: (listener: () => void) => () => void;
}
