import type { AddedVariable } from '../inject/decide.ts';
import type { Environment, UserSetting } from '../inject/environment.ts';
import { helperPrefix } from '../inject/names.ts';
import type { Container, EnvVar } from '../inject/pod.ts';
import { proxyVariables } from '../inject/proxy.ts';
import { isObject } from '../inject/shape.ts';
import type { VariableExplanation } from './explanation.ts';

/** A variable that is injected, or was before. */
export function injectedVariable({ entry, origin, purpose }: AddedVariable, present: boolean): VariableExplanation {
  return { name: entry.name, ...contentOf(entry), from: 'injected', origin, purpose, present };
}

/** The user's variables that have a say in OTLP, and that an injection leaves as they are. */
export function keptVariables(container: Container, { settings }: Environment): VariableExplanation[] {
  return [...settings]
    .filter(([name]) => name.startsWith('OTEL_') || name.startsWith(helperPrefix) || proxyVariables.has(name))
    .map(([name, setting]) => keptVariable(name, setting, container));
}

function keptVariable(name: string, setting: UserSetting, { env }: Container): VariableExplanation {
  if (setting.kind === 'literal') return { name, ...contentOf({ name, value: setting.value }), from: setting.from };
  // Only env holds what is not literal; of equal names the last one wins.
  const entry = env?.findLast((variable) => variable.name === name);
  return { name, ...contentOf(entry ?? { name }), from: 'env' };
}

type Content = Pick<VariableExplanation, 'value' | 'valueFrom' | 'hidden'>;

function contentOf({ name, value = '', valueFrom }: EnvVar): Content {
  if (valueFrom) return { valueFrom: describeValueFrom(valueFrom) };
  if (secretName.test(name) && value !== '') return { hidden: true };
  return { value: withoutCredentials(value, proxyVariables.has(name)) };
}

// Headers carry a backend's key. A certificate's variable names a file, but people paste the content as well.
const secretName = /HEADERS$|KEY$|CERTIFICATE$|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;

/** What stands before the @ of an address, or in its query, is nobody's business. A proxy may lack the scheme. */
function withoutCredentials(value: string, isProxy: boolean): string {
  const shown = value.replaceAll(/:\/\/[^\s,]*@/g, '://(set)@').replaceAll(/(:\/\/[^\s,?]*)\?[^\s,]+/g, '$1?(set)');
  return isProxy && !shown.includes('://') ? shown.replace(/^\S*@/, '(set)@') : shown;
}

/** `field status.hostIP`, `Secret shop, key token`: never a value. */
function describeValueFrom(valueFrom: Record<string, unknown>): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (isObject(fieldRef)) return `field ${String(fieldRef['fieldPath'])}`;
  if (isObject(resourceFieldRef)) return `resource ${String(resourceFieldRef['resource'])}`;
  if (isObject(secretKeyRef)) return `Secret ${keyOf(secretKeyRef)}`;
  if (isObject(configMapKeyRef)) return `ConfigMap ${keyOf(configMapKeyRef)}`;
  return 'valueFrom';
}

function keyOf({ name, key }: Record<string, unknown>): string {
  return `${String(name)}, key ${String(key)}`;
}
