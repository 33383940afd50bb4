import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as kubernetes from '@kubernetes/client-node';
import { certManagerTypes } from './cert-manager-types.ts';
import { istioTypes } from './istio-types.ts';

/** A field as a file names it. The type is written as in @kubernetes/client-node: `Array<V1Container>`. */
export interface Field {
  readonly type: string;
  /** `int32`, `byte`, …; empty when there is none. */
  readonly format: string;
  readonly required: boolean;
}

/** The types of an API by name, each with its fields. A name that ends in `?` may be left out; `int32` is a whole number. */
export type CustomTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Fields = ReadonlyMap<string, Field>;

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

// A kind is one of its group only, which the classes' names do not say.
const kinds: Readonly<Record<string, readonly string[]>> = {
  v1: ['ConfigMap', 'Namespace', 'ResourceQuota', 'Secret', 'Service', 'ServiceAccount'],
  'admissionregistration.k8s.io/v1': ['MutatingWebhookConfiguration'],
  'apps/v1': ['DaemonSet', 'Deployment'],
  'networking.k8s.io/v1': ['NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
};

/** APIs that @kubernetes/client-node does not have. */
const custom: Readonly<Record<string, CustomTypes>> = {
  'cert-manager.io/v1': certManagerTypes,
  'networking.istio.io/v1': istioTypes,
};

/** The name of the type of an object; undefined when no API of these tests has such a kind. */
export function typeOfKind(apiVersion: string, kind: string): string | undefined {
  if (kinds[apiVersion]?.includes(kind)) return `V1${kind}`;
  return kind in (custom[apiVersion] ?? {}) ? kind : undefined;
}

const known = new Map<string, Fields | undefined>();

/** The fields of a type; undefined when it has none of its own: a string, a map, `any`. */
export function fieldsOf(type: string): Fields | undefined {
  if (!known.has(type)) known.set(type, ownFields(type) ?? kubernetesFields(type));
  return known.get(type);
}

const int32 = { type: 'number', format: 'int32' };

function ownFields(type: string): Fields | undefined {
  const fields = Object.assign({}, ...Object.values(custom))[type] as CustomTypes[string] | undefined;
  if (fields === undefined) return undefined;
  const entries = Object.entries(fields).map(([name, fieldType]): [string, Field] => [
    name.replace('?', ''),
    { ...(fieldType === 'int32' ? int32 : { type: fieldType, format: '' }), required: !name.endsWith('?') },
  ]);
  return new Map(entries);
}

/** Names and types from the attribute map of the class; what is required stands in its declaration file only. */
function kubernetesFields(type: string): Fields | undefined {
  const model = (kubernetes as unknown as Record<string, { getAttributeTypeMap?: () => Attribute[] } | undefined>)[
    type
  ];
  const attributes = model?.getAttributeTypeMap?.();
  if (attributes === undefined) return undefined;
  const required = requiredAttributes(type);
  return new Map(attributes.map((a) => [a.baseName, { ...a, required: required.has(a.name) }]));
}

const models = path.join(path.dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models');

function requiredAttributes(type: string): Set<string> {
  const declaration = readFileSync(path.join(models, `${type}.d.ts`), 'utf8');
  return new Set([...declaration.matchAll(/^ {4}'([^']+)': /gm)].map(([, name = '']) => name));
}
