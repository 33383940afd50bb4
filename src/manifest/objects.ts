import { isObject } from '../inject/shape.ts';
import { findPodTemplate } from '../inject/workload.ts';
import type { Path } from './locate.ts';
import type { ManifestDocument, Stream } from './stream.ts';

/** One Kubernetes object of an input, by itself or as an item of a List. */
export interface ManifestObject {
  readonly stream: Stream;
  readonly document: ManifestDocument;
  /** From the root of the document to the object. */
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
  readonly apiVersion: string;
  readonly kind: string;
  /** Of its metadata, or undefined; the caller knows the default. */
  readonly namespace: string | undefined;
  /** Its name, else the stem of the name it will be given, else ''. */
  readonly name: string;
}

/** An object that pods are made from. */
export interface Workload extends ManifestObject {
  /** From the root of the document to what has the shape of a Pod. */
  readonly templatePath: Path;
  readonly template: unknown;
}

/** All objects of an input in order, those inside Lists one by one. What has no apiVersion and kind is none. */
export function objectsOf(stream: Stream): ManifestObject[] {
  return stream.documents.flatMap((document) => expand(stream, document, document.value, []));
}

function expand(stream: Stream, document: ManifestDocument, value: unknown, path: Path): ManifestObject[] {
  if (!isObject(value)) return [];
  const { apiVersion, kind, items } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item, index) => expand(stream, document, item, [...path, 'items', index]));
  }
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  const text = (key: string) => (typeof metadata[key] === 'string' && metadata[key] !== '' ? metadata[key] : undefined);
  const name = text('name') ?? text('generateName') ?? '';
  return [{ stream, document, path, value, apiVersion, kind, namespace: text('namespace'), name }];
}

/** The object with its pod template, where it has one. */
export function asWorkload(object: ManifestObject): Workload | undefined {
  const relative = findPodTemplate(object.apiVersion, object.kind);
  if (relative === undefined) return undefined;
  const template = relative.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object.value);
  return isObject(template) ? { ...object, template, templatePath: [...object.path, ...relative] } : undefined;
}

/** `Deployment shop/web`, for messages. */
export function describeObject({ kind, namespace, name }: Pick<ManifestObject, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name || '(no name)'}`;
}
