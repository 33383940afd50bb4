/** An entry of an EndpointSlice: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions */
export interface Endpoint {
  readonly ip: string;
  readonly node: string;
  /** Passes its readiness probe, and is not terminating. */
  readonly ready: boolean;
  /** Passes its readiness probe. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** `internalTrafficPolicy: Local` or `trafficDistribution: PreferSameNode`. */
export type Policy = 'Local' | 'PreferSameNode';

/** What happens to a new connection: goes to one of these at random, vanishes, or is refused. */
export type Target = readonly string[] | 'drop' | 'reject';

/**
 * The target on a node, as CategorizeEndpoints of kube-proxy decides (kubernetes, pkg/proxy/topology.go): ready endpoints,
 * else those that are terminating and still serve. Without one in the whole cluster the connection is refused; with one on
 * other nodes only, `Local` drops it.
 */
export function targetOf(endpoints: readonly Endpoint[], policy: Policy, node: string): Target {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  const lastResort = endpoints.filter(({ serving, terminating }) => serving && terminating);
  const local = (some: readonly Endpoint[]) => some.filter((endpoint) => endpoint.node === node);
  // The fallback to terminating ones pays no attention to nodes.
  const order = policy === 'Local' ? [local(ready), local(lastResort)] : [local(ready), ready, lastResort];
  const chosen = order.find(({ length }) => length > 0);
  if (chosen !== undefined) return chosen.map(({ ip }) => ip);
  return ready.length + lastResort.length > 0 ? 'drop' : 'reject';
}

/**
 * The rules for one Service, as a text for `nft -f`, which replaces those before in one step. Connections that exist are
 * conntrack's and stay where they are. Chains, hooks and priorities as in kube-proxy's nftables mode (pkg/proxy/nftables),
 * without masquerading, as replies come back through this node anyway.
 */
export function rulesFor(table: string, clusterIp: string, ports: readonly number[], target: Target): string {
  const service = `ip daddr ${clusterIp} tcp dport { ${ports.join(', ')} }`;
  const none = typeof target === 'string';
  const dnat = none ? '' : `${service} dnat to ${oneOf(target)}`;
  const verdict = none ? `ct state new ${service} ${target}` : '';
  // The first block makes the table where there is none, so that there is something to flush.
  return `table ip ${table} {
}
flush table ip ${table}
table ip ${table} {
  chain nat-prerouting {
    type nat hook prerouting priority dstnat
    ${dnat}
  }
  chain nat-output {
    type nat hook output priority -100
    ${dnat}
  }
  chain filter-forward {
    type filter hook forward priority -110
    ${verdict}
  }
  chain filter-output {
    type filter hook output priority -110
    ${verdict}
  }
}
`;
}

function oneOf(ips: readonly string[]): string {
  if (ips.length === 1) return String(ips[0]);
  return `numgen random mod ${ips.length} map { ${ips.map((ip, i) => `${i} : ${ip}`).join(', ')} }`;
}
