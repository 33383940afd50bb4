import jsonpatch, { type Operation } from 'fast-json-patch';

export interface FakeObject {
  metadata: { name: string; resourceVersion?: string; [key: string]: unknown };
  [key: string]: unknown;
}

interface FakeEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: FakeObject;
}

interface Recorded extends FakeEvent {
  readonly path: string;
  readonly version: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The objects and the history of the fake API server, by the path of their collection. */
export class FakeStore {
  /** Watches from before this version are told that they are too late. */
  oldestVersion = 0;
  readonly #collections = new Map<string, Map<string, FakeObject>>();
  #history: Recorded[] = [];
  readonly #followers = new Set<(event: Recorded) => void>();
  #version = 100;

  /** Makes or changes an object. */
  put(path: string, object: FakeObject): FakeObject {
    const type = this.#objects(path).has(object.metadata.name) ? 'MODIFIED' : 'ADDED';
    const stored = this.#record(path, type, object);
    this.#objects(path).set(object.metadata.name, stored);
    return stored;
  }

  delete(path: string, name: string): void {
    const object = this.#objects(path).get(name);
    if (object === undefined) throw new Error(`there is no ${name} in ${path}`);
    this.#objects(path).delete(name);
    this.#record(path, 'DELETED', object);
  }

  /** Forgets what happened up to now, as etcd does after five minutes. */
  compact(): void {
    this.#history = [];
    this.#version += 1;
    this.oldestVersion = this.#version;
  }

  follow(path: string, name: string | undefined, from: number, tell: (event: FakeEvent) => void): () => void {
    const listener = ({ path: at, version, type, object }: Recorded) => {
      if (at === path && version > from && (name === undefined || object.metadata.name === name))
        tell({ type, object });
    };
    for (const event of this.#history) listener(event);
    this.#followers.add(listener);
    return () => void this.#followers.delete(listener);
  }

  answer(method: string, pathname: string, parameters: URLSearchParams, body: string): Answer {
    const [, path = '', name] = /^((?:\/api|\/apis\/[^/]+)\/v1(?:\/namespaces\/[^/]+)?\/[a-z]+)(?:\/([^/]+))?$/.exec(
      pathname,
    ) ?? [undefined, pathname];
    if (method === 'POST') return this.#create(path, JSON.parse(body) as FakeObject);
    if (name === undefined) return { status: 200, body: this.#list(path, parameters) };
    const object = this.#objects(path).get(name);
    if (object === undefined) return status(404, `${name} not found`);
    return method === 'PATCH'
      ? this.#patch(path, object, JSON.parse(body) as Operation[])
      : { status: 200, body: object };
  }

  #list(path: string, parameters: URLSearchParams) {
    const name = parameters.get('fieldSelector')?.replace('metadata.name=', '');
    const all = [...this.#objects(path).values()].filter((o) => name === undefined || o.metadata.name === name);
    const start = Number(parameters.get('continue') ?? 0);
    const end = start + Number(parameters.get('limit') ?? all.length);
    const more = end < all.length ? { continue: String(end) } : {};
    return { metadata: { resourceVersion: String(this.#version), ...more }, items: all.slice(start, end) };
  }

  #create(path: string, object: FakeObject): Answer {
    if (this.#objects(path).has(object.metadata.name)) return status(409, 'already exists');
    return { status: 201, body: this.put(path, object) };
  }

  #patch(path: string, object: FakeObject, operations: Operation[]): Answer {
    const patched = apply(structuredClone(object), operations);
    if (patched === undefined) return status(422, 'the server rejected our request due to an error in our request');
    const held = patched.metadata.resourceVersion === object.metadata.resourceVersion;
    return held ? { status: 200, body: this.put(path, patched) } : status(409, 'the object has been modified');
  }

  #record(path: string, type: Recorded['type'], object: FakeObject): FakeObject {
    this.#version += 1;
    const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
    const event = { path, type, version: this.#version, object: { ...structuredClone(object), metadata } };
    this.#history.push(event);
    for (const listener of this.#followers) listener(event);
    return event.object;
  }

  #objects(path: string): Map<string, FakeObject> {
    const objects = this.#collections.get(path) ?? new Map<string, FakeObject>();
    this.#collections.set(path, objects);
    return objects;
  }
}

function apply(object: FakeObject, operations: Operation[]): FakeObject | undefined {
  try {
    return jsonpatch.applyPatch(object, operations).newDocument;
  } catch {
    return undefined;
  }
}

function status(code: number, message: string): Answer {
  return { status: code, body: { kind: 'Status', code, message } };
}
