import type { SettingRow } from './shape.ts';

/** What the name of each setting's environment variable begins with. */
export const envPrefix = 'NODELOCAL_OTLP_';

/** `endpoint.clusterIPs` is NODELOCAL_OTLP_ENDPOINT_CLUSTER_IPS in the environment. */
export function envName(row: SettingRow): string {
  return envPrefix + words(row.key).join('_').toUpperCase();
}

/** The flag's name without its dashes: `retry-survive`. */
export function flagName(row: SettingRow): string {
  return row.flag ?? words(row.key).join('-');
}

/** The name under which commander hands over the flag's value: `retrySurvive`. */
export function flagAttribute(row: SettingRow): string {
  return flagName(row).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function words(key: string): string[] {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split('.');
}

/**
 * Whether a name is one that the kubelet gives each container for a Service of its namespace.
 *
 * The webhook's own Service, nodelocal-otlp-webhook, makes NODELOCAL_OTLP_WEBHOOK_PORT=tcp://10.0.0.1:443 and others that
 * look just like our settings: https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function isServiceVariable(name: string): boolean {
  return /_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?$/.test(name);
}
