import type { Container, EnvFromSource, EnvVar } from './pod.ts';

/** A ConfigMap's data; null when there is none of that name; undefined when it could not be read. */
export type ConfigMapData = Readonly<Record<string, string>> | null | undefined;

/**
 * What a container's user set for one variable. `opaque`: the value is not in the pod (valueFrom, or a
 * `$(NAME)` reference, and then `written` is what stands around it). `from` says where it stands, for people:
 * "env", "ConfigMap shop-settings".
 */
export type UserSetting =
  | { readonly kind: 'literal'; readonly value: string; readonly from: string }
  | { readonly kind: 'opaque'; readonly written?: string; readonly from: string };

export interface Environment {
  readonly settings: ReadonlyMap<string, UserSetting>;
  /** Whether any of their names begins with OTEL_. */
  readonly hasOtel: boolean;
  /** Sources whose OTEL_ variables could not be seen: "Secret shop-otel", "ConfigMap settings (not read)". */
  readonly unseen: readonly string[];
}

/**
 * Resolves a container's environment as the kubelet does: envFrom in order, a later source winning,
 * then env over all of it, the last of equal names winning (kubelet makeEnvironmentVariables,
 * kubernetes/kubernetes pkg/kubelet/kubelet_pods.go).
 */
export function resolveEnvironment(
  container: Container,
  configMap: (name: string) => ConfigMapData,
  env: readonly EnvVar[] = container.env ?? [],
): Environment {
  const settings = new Map<string, UserSetting>();
  const unseen: string[] = [];
  for (const source of container.envFrom ?? []) addSource(source, configMap, settings, unseen);
  for (const entry of env) settings.set(entry.name, settingOf(entry));
  let hasOtel = false;
  for (const name of settings.keys()) hasOtel ||= name.startsWith('OTEL_');
  return { settings, hasOtel, unseen };
}

/** The names of the ConfigMaps that a container's environment comes from, and that could hold OTEL_ variables. */
export function configMapsOf(container: Container): string[] {
  return (container.envFrom ?? [])
    .filter((source) => canFormOtel(source.prefix ?? ''))
    .flatMap((source) => source.configMapRef?.name ?? []);
}

function addSource(
  source: EnvFromSource,
  configMap: (name: string) => ConfigMapData,
  settings: Map<string, UserSetting>,
  unseen: string[],
): void {
  const prefix = source.prefix ?? '';
  if (!canFormOtel(prefix)) return;
  if (source.secretRef?.name) unseen.push(`Secret ${source.secretRef.name}`);
  const name = source.configMapRef?.name;
  if (!name) return;
  const data = configMap(name);
  if (data === undefined) unseen.push(`ConfigMap ${name} (not read)`);
  else if (data === null && source.configMapRef?.optional !== true) unseen.push(`ConfigMap ${name} (not found)`);
  for (const [key, value] of Object.entries(data ?? {})) {
    settings.set(prefix + key, literal(value, `ConfigMap ${name}`));
  }
}

/** Whether prefix + some key can be a name that starts with OTEL_; any other prefix is harmless to us. */
function canFormOtel(prefix: string): boolean {
  return 'OTEL_'.startsWith(prefix) || prefix.startsWith('OTEL_');
}

function settingOf(entry: EnvVar): UserSetting {
  if (entry.valueFrom) return { kind: 'opaque', from: 'env, valueFrom' };
  const value = entry.value ?? '';
  // The kubelet would expand the reference; we don't know to what. `$$(` is its escape.
  return value.includes('$(') && /(^|[^$])(\$\$)*\$\(/.test(value)
    ? { kind: 'opaque', written: value, from: 'env, by reference' }
    : literal(value, 'env');
}

// The kubelet does not expand references in what envFrom brings.
function literal(value: string, from: string): UserSetting {
  return { kind: 'literal', value, from };
}
