import type { Duration } from '../retry/quantity.ts';

export type EndpointMode = 'service' | 'cluster-ip' | 'host-ip';

/** What decides an injection; its hash stands on each pod. src/config/ says where each value comes from. */
export interface InjectionSettings {
  readonly endpoint: {
    readonly service: string;
    readonly namespace: string;
    readonly mode: EndpointMode;
    /** The Service's ClusterIPs where no cluster can be asked. */
    readonly clusterIPs: readonly string[];
    readonly grpcPort: number;
    readonly httpPort: number;
  };
  readonly protocol: 'http/protobuf' | 'grpc';
  readonly identity: 'auto' | 'always' | 'never';
  readonly envFrom: { readonly unseen: 'inject' | 'skip' };
  readonly exclude: { readonly containers: readonly string[]; readonly images: readonly string[] };
  readonly retry: {
    readonly survive: Duration;
    readonly queueSize: number;
    readonly smallQueueSize: number;
    /** Containers with a lower memory limit (bytes) get the small queue. */
    readonly smallMemory: number;
  };
}
