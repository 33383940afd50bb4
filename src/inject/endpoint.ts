import { isIP } from 'node:net';
import type { Protocol } from '../retry/language.ts';
import { helperNames } from './names.ts';
import type { Overrides } from './overrides.ts';
import type { EnvVar, PodSpec } from './pod.ts';
import type { EndpointMode, InjectionSettings } from './settings.ts';

export interface Endpoint {
  readonly mode: EndpointMode;
  /** `http://host:port`: never a path, a trailing slash, a trailing dot, or empty. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The variables that the URL refers to; they have to stand before it. */
  readonly helpers: readonly EnvVar[];
}

/**
 * Whether the pod's resolver knows cluster names. With hostNetwork the policy ClusterFirst means the host's
 * resolver, as Default does; None has only what dnsConfig names (kubernetes/kubernetes
 * pkg/kubelet/network/dns/dns.go).
 */
export function resolvesClusterNames(spec: PodSpec): boolean {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'ClusterFirstWithHostNet') return true;
  return policy === 'ClusterFirst' && spec.hostNetwork !== true;
}

export interface ModeChoice {
  readonly mode: EndpointMode;
  /** Who chose it; `name-resolution`: the pod cannot resolve the Service's name. */
  readonly by: 'name-resolution' | 'pod-annotation' | 'namespace-annotation' | 'configuration';
}

/** The mode in which this pod can reach the Service: a pod that can't resolve its name needs the address. */
export function chooseMode(override: Overrides['endpoint'], configured: EndpointMode, spec: PodSpec): ModeChoice {
  const mode = override?.value ?? configured;
  if (mode === 'service' && !resolvesClusterNames(spec)) return { mode: 'cluster-ip', by: 'name-resolution' };
  return { mode, by: override ? `${override.from}-annotation` : 'configuration' };
}

/** The endpoint of a mode and protocol; undefined when it needs the Service's ClusterIP and that is not known. */
export function endpointFor(
  mode: EndpointMode,
  protocol: Protocol,
  settings: InjectionSettings['endpoint'],
  clusterIPs: readonly string[],
): Endpoint | undefined {
  const port = protocol === 'grpc' ? settings.grpcPort : settings.httpPort;
  const host = hostOf(mode, settings, clusterIPs);
  if (host === undefined) return undefined;
  return { mode, host, port, url: `http://${host}:${port}`, helpers: mode === 'host-ip' ? [hostIp] : [] };
}

const hostIp: EnvVar = {
  name: helperNames.hostIp,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.hostIP' } },
};

function hostOf(
  mode: EndpointMode,
  settings: InjectionSettings['endpoint'],
  clusterIPs: readonly string[],
): string | undefined {
  const clusterIP = clusterIPs.find((ip) => isIP(ip) !== 0);
  switch (mode) {
    case 'service':
      return `${settings.service}.${settings.namespace}.svc`;
    case 'cluster-ip':
      return clusterIP === undefined ? undefined : bracketed(clusterIP, clusterIP);
    case 'host-ip':
      // status.hostIP has the family of the cluster's first, and so has the Service's first address.
      return bracketed(`$(${helperNames.hostIp})`, clusterIP ?? '');
  }
}

function bracketed(host: string, address: string): string {
  return isIP(address) === 6 ? `[${host}]` : host;
}
