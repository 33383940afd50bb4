/** A kind of object as the API server's paths name it. `group` is empty for the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

export const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces' };
export const services: Resource = { group: '', version: 'v1', plural: 'services' };
export const secrets: Resource = { group: '', version: 'v1', plural: 'secrets' };
export const configMaps: Resource = { group: '', version: 'v1', plural: 'configmaps' };
export const mutatingHooks: Resource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'mutatingwebhookconfigurations',
};

/** What is asked of the API server, in the words of RBAC. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch';

export const methods: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  patch: 'PATCH',
};

/** One request: the object or collection, and what to do with it. */
export interface Call {
  readonly verb: Verb;
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  /** For `list` and `watch` it becomes a field selector, which RBAC treats as a name too. */
  readonly name?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  /** An object for `create`, JSON patch operations for `patch`. */
  readonly body?: unknown;
}

/** The part of every object that is relied on; everything else is looked at by whoever asked for it. */
export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Path and query of a call: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
export function pathOf({ verb, resource, namespace, name, query }: Call): string {
  const { group, version, plural } = resource;
  const many = verb === 'list' || verb === 'watch';
  const parts = [
    group === '' ? 'api' : `apis/${group}`,
    version,
    ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
    plural,
    ...(name === undefined || many || verb === 'create' ? [] : [encodeURIComponent(name)]),
  ];
  const parameters = new URLSearchParams(query);
  if (many && name !== undefined) parameters.set('fieldSelector', `metadata.name=${name}`);
  if (verb === 'watch') parameters.set('watch', 'true');
  return `/${parts.join('/')}${parameters.size > 0 ? `?${parameters.toString()}` : ''}`;
}

/** For people: "watch services telemetry-otlp in namespace nodelocal-otlp". */
export function describeCall({ verb, resource, namespace, name }: Call): string {
  const object = name === undefined ? resource.plural : `${resource.plural} ${name}`;
  return `${verb} ${object}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}
