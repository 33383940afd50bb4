import type { ControlPlane } from './control-plane.ts';

interface GroupList {
  readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}
interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly verbs: readonly string[] }[];
}
interface ObjectList {
  readonly items: readonly { readonly metadata: { readonly namespace?: string; readonly name: string } }[];
}

/** What comes and goes by itself. */
const passing = new Set(['Event', 'Lease']);

/** Every object there is in the cluster, of all kinds: `Deployment nodelocal-otlp/nodelocal-otlp-webhook`, sorted. */
export async function inventory({ admin }: ControlPlane): Promise<string[]> {
  const { groups } = await admin.call<GroupList>('GET', '/apis');
  const bases = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found: string[] = [];
  for (const base of bases) {
    const { resources } = await admin.call<ResourceList>('GET', base);
    for (const { name, kind, verbs } of resources) {
      if (!verbs.includes('list') || name.includes('/') || passing.has(kind)) continue;
      const { items } = await admin.call<ObjectList>('GET', `${base}/${name}`);
      found.push(...items.map(({ metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`));
    }
  }
  return found.sort();
}
