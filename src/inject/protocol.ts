import {
  type Language,
  type Protocol,
  choosableProtocol,
  protocols,
  type SettableProtocol,
} from '../retry/language.ts';
import type { Environment } from './environment.ts';
import { protocolVariable } from './names.ts';
import type { Overrides } from './overrides.ts';
import { type Skip, signalProtocolVariables } from './user-managed.ts';

export interface ProtocolChoice {
  readonly protocol: Protocol;
  /** The container has the variable already. */
  readonly setByUser: boolean;
}

/**
 * The one protocol of a container, which decides the port. First the user's variable, then the pod's
 * annotation; what a namespace or the configuration wants holds only where the language's exporter can.
 * A per-signal protocol has to agree: endpoint and protocol are one unit.
 */
export function chooseProtocol(
  { settings, hasOtel }: Environment,
  language: Language | undefined,
  override: Overrides['protocol'],
  configured: SettableProtocol,
): ProtocolChoice | Skip {
  const user = settings.get(protocolVariable);
  if (user?.kind === 'opaque') return { reason: 'protocol-from-value-from', detail: protocolVariable };
  const set = user && protocols.find((protocol) => protocol === user.value);
  if (user && set === undefined) return { reason: 'unknown-protocol', detail: `${protocolVariable} in ${user.from}` };

  const protocol =
    set ?? (override?.from === 'pod' ? override.value : choosableProtocol(language, override?.value ?? configured));
  for (const name of hasOtel ? signalProtocolVariables : []) {
    const signal = settings.get(name);
    if (signal?.kind === 'opaque') return { reason: 'protocol-from-value-from', detail: name };
    if (signal && signal.value !== protocol)
      return { reason: 'mixed-protocols', detail: `${name} differs from ${protocol}` };
  }
  return { protocol, setByUser: set !== undefined };
}
