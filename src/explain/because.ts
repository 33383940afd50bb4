import type { ModeChoice } from '../inject/endpoint.ts';
import { annotationNames, protocolVariable } from '../inject/names.ts';
import type { PodSpec } from '../inject/pod.ts';
import type { ProtocolChoice } from '../inject/protocol.ts';
import type { Language } from '../retry/language.ts';

/** Where a setting's value comes from: `default`, `--protocol`, `config.yaml:3`. */
export type SettingSource = (key: 'protocol' | 'endpoint.mode') => string;

/** Why the container has its protocol, to be read after it: `grpc, the default`. */
export function protocolBecause(
  by: ProtocolChoice['by'],
  language: Language | undefined,
  variableFrom: string | undefined,
  source: SettingSource,
): string {
  if (by === 'variable') return `set by its own ${protocolVariable} in ${variableFrom ?? 'env'}`;
  if (by === 'language') return `as usual for ${language}, whatever the namespace or the configuration asks for`;
  return by === 'configuration' ? configured(source('protocol')) : annotated(by, annotationNames.protocol);
}

/** Why the container has its endpoint mode, to be read after it: `cluster-ip, because the pod …`. */
export function modeBecause(by: ModeChoice['by'], spec: PodSpec, source: SettingSource): string {
  if (by === 'name-resolution') return `because the pod cannot resolve cluster names (${resolver(spec)})`;
  return by === 'configuration' ? configured(source('endpoint.mode')) : annotated(by, annotationNames.endpoint);
}

function resolver({ hostNetwork, dnsPolicy }: PodSpec): string {
  const policy = `dnsPolicy ${dnsPolicy ?? 'ClusterFirst'}`;
  return hostNetwork === true ? `hostNetwork with ${policy}` : policy;
}

function configured(source: string): string {
  return source === 'default' ? 'the default' : `configured by ${source}`;
}

function annotated(by: 'pod-annotation' | 'namespace-annotation', name: string): string {
  return `by the annotation ${name} of the ${by === 'pod-annotation' ? 'pod' : 'namespace'}`;
}
