import type { Pod } from './pod.ts';

/** The path (".spec.containers[0].env") and expectation of the first misfit, or undefined. */
type Check = (value: unknown) => string | undefined;

const typed =
  (type: 'string' | 'boolean' | 'number'): Check =>
  (value) =>
    typeof value === type ? undefined : `: expected ${type}, got ${describe(value)}`;

/** The API leaves out what is empty, and some clients send null instead. */
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null ? undefined : check(value);

const list =
  (check: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return `: expected an array, got ${describe(value)}`;
    for (let i = 0; i < value.length; i++) {
      const problem = check(value[i]);
      if (problem !== undefined) return `[${i}]${problem}`;
    }
    return undefined;
  };

const object =
  (fields: Record<string, Check>): Check =>
  (value) => {
    if (!isObject(value)) return `: expected an object, got ${describe(value)}`;
    for (const name in fields) {
      const problem = fields[name]?.(value[name]);
      if (problem !== undefined) return `.${name}${problem}`;
    }
    return undefined;
  };

const mapOf =
  (check: Check): Check =>
  (value) => {
    if (!isObject(value)) return `: expected an object, got ${describe(value)}`;
    for (const [key, entry] of Object.entries(value)) {
      const problem = check(entry);
      if (problem !== undefined) return `[${JSON.stringify(key)}]${problem}`;
    }
    return undefined;
  };

const string = typed('string');
const strings = optional(list(string));
const stringMap = optional(mapOf(string));
const objectReference = optional(object({ name: optional(string), optional: optional(typed('boolean')) }));

const container = object({
  name: string,
  image: optional(string),
  command: strings,
  args: strings,
  env: optional(list(object({ name: string, value: optional(string), valueFrom: optional(object({})) }))),
  envFrom: optional(
    list(object({ prefix: optional(string), configMapRef: objectReference, secretRef: objectReference })),
  ),
  resources: optional(object({ limits: optional(object({})) })),
  restartPolicy: optional(string),
});

const nodeSelectorTerm = object({
  matchExpressions: optional(list(object({ key: optional(string), operator: optional(string), values: strings }))),
});

/** Only what the rules read: the API server itself checks the rest. */
const pod = object({
  metadata: optional(
    object({ namespace: optional(string), labels: stringMap, annotations: stringMap, generateName: optional(string) }),
  ),
  spec: object({
    containers: optional(list(container)),
    initContainers: optional(list(container)),
    os: optional(object({ name: optional(string) })),
    nodeName: optional(string),
    nodeSelector: stringMap,
    affinity: optional(
      object({
        nodeAffinity: optional(
          object({
            requiredDuringSchedulingIgnoredDuringExecution: optional(
              object({ nodeSelectorTerms: optional(list(nodeSelectorTerm)) }),
            ),
          }),
        ),
      }),
    ),
    schedulerName: optional(string),
    hostNetwork: optional(typed('boolean')),
    dnsPolicy: optional(string),
    restartPolicy: optional(string),
    terminationGracePeriodSeconds: optional(typed('number')),
  }),
});

/**
 * The first field of a would-be pod that has not the shape the rules rely on, for example
 * `.spec.containers[0].env: expected an array, got string`; undefined when it can be read as a {@link Pod}.
 */
export function misfit(value: unknown): string | undefined {
  return pod(value);
}

export function isPod(value: unknown): value is Pod {
  return misfit(value) === undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
