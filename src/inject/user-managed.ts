import type { Environment, UserSetting } from './environment.ts';
import type { Container } from './pod.ts';
import type { ReasonCode } from './reasons.ts';

export interface Skip {
  readonly reason: ReasonCode;
  readonly detail?: string;
}

const signals = ['', 'TRACES_', 'METRICS_', 'LOGS_', 'PROFILES_'];
const perSignal = (suffix: string) => signals.map((signal) => `OTEL_EXPORTER_OTLP_${signal}${suffix}`);

/** Variables with which a user manages OTLP; each counts whatever its value: literal, empty or valueFrom. */
const managedVariables: readonly { readonly reason: ReasonCode; readonly names: readonly string[] }[] = [
  // The last is the Java agent's own properties file, which any variable of ours would override.
  {
    reason: 'config-file',
    names: ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE', 'OTEL_JAVAAGENT_CONFIGURATION_FILE'],
  },
  { reason: 'user-endpoint', names: perSignal('ENDPOINT') },
  { reason: 'user-headers', names: perSignal('HEADERS') },
  { reason: 'user-certificate', names: perSignal('CERTIFICATE') },
  { reason: 'user-client-key', names: [...perSignal('CLIENT_KEY'), ...perSignal('CLIENT_CERTIFICATE')] },
  // SPAN_ and METRIC_ are the deprecated spellings that the specification still lists.
  {
    reason: 'user-insecure',
    names: [...perSignal('INSECURE'), 'OTEL_EXPORTER_OTLP_SPAN_INSECURE', 'OTEL_EXPORTER_OTLP_METRIC_INSECURE'],
  },
];

/** Per-signal protocol variables, which have to agree with the one protocol of our endpoint. */
export const signalProtocolVariables = signals.slice(1).map((signal) => `OTEL_EXPORTER_OTLP_${signal}PROTOCOL`);

/** Why the container's variables say that its user manages OTLP, or undefined. */
export function managedByVariables({ settings, hasOtel }: Environment): Skip | undefined {
  if (!hasOtel) return undefined;
  for (const { reason, names } of managedVariables) {
    for (const name of names) {
      const setting = settings.get(name);
      if (setting) return { reason, detail: `${name} in ${setting.from}` };
    }
  }
  const disabled = settings.get('OTEL_SDK_DISABLED');
  return isTrue(disabled) ? { reason: 'sdk-disabled', detail: `in ${disabled?.from}` } : undefined;
}

function isTrue(setting: UserSetting | undefined): boolean {
  return setting?.kind === 'literal' && setting.value.trim().toLowerCase() === 'true';
}

const argumentPatterns: readonly { readonly reason: ReasonCode; readonly pattern: RegExp }[] = [
  {
    reason: 'config-file-in-arguments',
    // Java agent and SDK properties; a shell line that sets the variable; opentelemetry-instrument's flag.
    pattern:
      /-Dotel\.(javaagent\.configuration-file|(experimental\.)?config\.file|sdk\.disabled=true)|\bOTEL_((EXPERIMENTAL_)?CONFIG|JAVAAGENT_CONFIGURATION)_FILE=|\bOTEL_SDK_DISABLED=true/,
  },
  {
    reason: 'endpoint-in-arguments',
    // --otlp-endpoint, --exporter_otlp_endpoint, --otel.exporter.otlp.traces.endpoint=…, -Dmanagement.otlp.tracing.endpoint=…;
    // OTEL_EXPORTER_OTLP_ENDPOINT=… in a shell line, and as with -Dotel.exporter.otlp. any other of that family: a
    // protocol set there would not go with our port. The bound on the middle keeps long inputs linear.
    pattern:
      /-Dotel\.exporter\.otlp\.|(?<![\w${.-])(OTEL_EXPORTER_OTLP_\w{1,40}(?==)|[\w.-]{0,40}otlp[\w.-]{0,40}endpoint(?=[=\s]|$))/i,
  },
];

/** Why the container's command, arguments or JVM options say that its user manages OTLP, or undefined. */
export function managedByArguments(container: Container, { settings }: Environment): Skip | undefined {
  for (const argument of [...(container.command ?? []), ...(container.args ?? [])]) {
    const found = /otel|otlp/i.test(argument) && argumentPatterns.find(({ pattern }) => pattern.test(argument));
    if (found) return { reason: found.reason, detail: 'in command or args' };
  }
  for (const [name, setting] of settings) {
    const text = setting.kind === 'literal' ? setting.value : setting.written;
    if (text?.includes('-Dotel.') !== true) continue;
    const found = argumentPatterns.find(({ pattern }) => pattern.test(text));
    if (found) return { reason: found.reason, detail: `in ${name}` };
  }
  return undefined;
}
