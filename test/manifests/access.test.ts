import { describe, expect, it } from 'vitest';
import { webhookAccess } from '../../src/kube/access.ts';
import { granted, used } from './access.ts';
import { installedObjects, manifests } from './files.ts';
import { Installation, installations } from './installation.ts';

describe.each(installations)('RBAC of $title', (all) => {
  it('allows what the code asks for, and nothing else', () => expect(granted(all)).toEqual(used(all.settings)));

  it('has no role without a binding', () => {
    const roles = [...all.all('Role'), ...all.all('ClusterRole')].map(({ metadata }) => metadata?.name);
    const bound = [...all.all('RoleBinding'), ...all.all('ClusterRoleBinding')].map(({ roleRef }) => roleRef.name);
    expect(new Set(roles)).toEqual(new Set(bound));
  });
});

describe('RBAC without the component env-from-config-maps', () => {
  it('lacks what the code can do without, and nothing else', () => {
    const less = new Installation('webhook only', [], installedObjects(`${manifests}/webhook`));
    const optional = webhookAccess(less.settings.endpoint.service).filter((access) => access.optional);
    expect(optional.map(({ resource }) => resource.plural)).toEqual(['configmaps']);
    expect(granted(less)).toEqual(used(less.settings).filter((line) => !line.includes('configmaps')));
  });
});

describe('the comparison itself', () => {
  const [files] = installations;
  if (files === undefined) throw new Error('no installation');
  const changed = (change: (all: Installation) => void): Installation => {
    const copy = new Installation(files.title, files.components, structuredClone(files.objects));
    change(copy);
    return copy;
  };

  it.each([
    ['a verb more', (all: Installation) => all.the('Role').rules?.[0]?.verbs.push('delete')],
    ['a verb less', (all: Installation) => all.the('Role').rules?.[1]?.verbs.pop()],
    ['no name', (all: Installation) => delete all.the('Role').rules?.[1]?.resourceNames],
    ['another name', (all: Installation) => all.the('Role').rules?.[2]?.resourceNames?.splice(0, 1, 'x')],
    ['a resource more', (all: Installation) => all.the('Role').rules?.[1]?.resources?.push('configmaps')],
    ['a group more', (all: Installation) => all.the('Role').rules?.[1]?.apiGroups?.push('apps')],
  ])('sees %s', (_, change) => {
    const all = changed(change);
    expect(granted(all)).not.toEqual(used(all.settings));
  });

  it.each([
    [
      'somebody else',
      (all: Installation) => all.the('RoleBinding').subjects?.push({ kind: 'Group', name: 'everybody' }),
    ],
    [
      'another account',
      (all: Installation) => Object.assign(all.the('RoleBinding').subjects?.[0] ?? {}, { name: 'default' }),
    ],
    ['another role', (all: Installation) => Object.assign(all.the('RoleBinding').roleRef, { name: 'admin' })],
  ])('sees that a binding is for %s', (_, change) => expect(() => granted(changed(change))).toThrow('RoleBinding'));
});
