import type { Access } from '../../src/kube/access.ts';
import type { ControlPlane } from './control-plane.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** Makes a ServiceAccount that may do what the table says and nothing else. */
export async function grant(plane: ControlPlane, namespace: string, account: string, table: readonly Access[]) {
  await plane.admin.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: account } });
  const rules = (scope: Access['scope']) =>
    table.flatMap(({ resource, verbs, name, scope: its }) =>
      its === scope
        ? [{ apiGroups: [resource.group], resources: [resource.plural], verbs, ...(name && { resourceNames: [name] }) }]
        : [],
    );
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
  const roleRef = (kind: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: account });
  const metadata = { name: account };
  const post = (path: string, body: object) => plane.admin.call('POST', `${rbac}/${path}`, { metadata, ...body });
  await post('clusterroles', { rules: rules('cluster') });
  await post('clusterrolebindings', { subjects, roleRef: roleRef('ClusterRole') });
  await post(`namespaces/${namespace}/roles`, { rules: rules('own') });
  await post(`namespaces/${namespace}/rolebindings`, { subjects, roleRef: roleRef('Role') });
}

/** Takes away what `grant` gave for the whole cluster; `restore` gives it back. */
export async function revokeClusterRole(
  plane: ControlPlane,
  account: string,
): Promise<{ restore: () => Promise<void> }> {
  const path = `${rbac}/clusterroles/${account}`;
  const { rules } = await plane.admin.call<{ rules: unknown }>('GET', path);
  await plane.admin.call('PATCH', path, { rules: [] });
  return { restore: async () => void (await plane.admin.call('PATCH', path, { rules })) };
}
