import type { ApiObject } from '../manifests/files.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Rest } from './rest.ts';

/** Where an object lives: `/apis/apps/v1/namespaces/x/deployments/y`, as the API server's own list of resources says. */
export async function pathOf({ admin }: ControlPlane, object: ApiObject): Promise<string> {
  const { apiVersion, kind, metadata } = object;
  const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const resource = (await resourcesOf(admin, base)).find(({ name, kind: its }) => its === kind && !name.includes('/'));
  if (resource === undefined) throw new Error(`the API server has no ${kind} in ${apiVersion}`);
  const inNamespace = resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${base}${inNamespace}/${resource.name}/${metadata.name}`;
}

/** Applies objects one by one as `kubectl apply --server-side` does; an unknown field or a conflict is an error. */
export async function apply(plane: ControlPlane, objects: readonly ApiObject[]): Promise<ApiObject[]> {
  const applied: ApiObject[] = [];
  for (const object of objects) {
    const path = `${await pathOf(plane, object)}?fieldManager=kubectl&fieldValidation=Strict`;
    const { status, body, warnings } = await plane.admin.send('PATCH', path, object, 'apply');
    const what = `${object.kind} ${object.metadata.name}`;
    if (status >= 400) throw new Error(`cannot apply ${what}: ${status} ${JSON.stringify(body)}`);
    if (warnings.length > 0) throw new Error(`the API server warns of ${what}: ${warnings.join('; ')}`);
    applied.push(body as ApiObject);
  }
  return applied;
}

/** Deletes objects, the first one first; one that is not there is as good. */
export async function remove(plane: ControlPlane, objects: readonly ApiObject[]): Promise<void> {
  for (const object of objects) {
    const { status, body } = await plane.admin.send('DELETE', await pathOf(plane, object));
    if (status >= 400 && status !== 404) throw new Error(`cannot delete ${object.kind}: ${JSON.stringify(body)}`);
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const known = new WeakMap<Rest, Map<string, Promise<readonly ApiResource[]>>>();

function resourcesOf(rest: Rest, base: string): Promise<readonly ApiResource[]> {
  const lists = known.get(rest) ?? new Map<string, Promise<readonly ApiResource[]>>();
  known.set(rest, lists);
  const list = lists.get(base) ?? rest.call<{ resources: ApiResource[] }>('GET', base).then((body) => body.resources);
  lists.set(base, list);
  return list;
}
