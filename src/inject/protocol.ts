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
  /** Who chose it; `variable`: the container has it already; `language`: it cannot have what was asked for. */
  readonly by: 'variable' | 'pod-annotation' | 'namespace-annotation' | 'language' | 'configuration';
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

  const choice: ProtocolChoice = set ? { protocol: set, by: 'variable' } : withoutUser(language, override, configured);
  const { protocol } = choice;
  for (const name of hasOtel ? signalProtocolVariables : []) {
    const signal = settings.get(name);
    if (signal?.kind === 'opaque') return { reason: 'protocol-from-value-from', detail: name };
    if (signal && signal.value !== protocol)
      return { reason: 'mixed-protocols', detail: `${name} differs from ${protocol}` };
  }
  return choice;
}

function withoutUser(
  language: Language | undefined,
  override: Overrides['protocol'],
  configured: SettableProtocol,
): ProtocolChoice {
  if (override?.from === 'pod') return { protocol: override.value, by: 'pod-annotation' };
  const wanted = override?.value ?? configured;
  const protocol = choosableProtocol(language, wanted);
  if (protocol !== wanted) return { protocol, by: 'language' };
  return { protocol, by: override ? 'namespace-annotation' : 'configuration' };
}
