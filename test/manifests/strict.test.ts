import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ApiObject,
  componentNames,
  installedObjects,
  kustomizationIn,
  manifests,
  parseStrictly,
} from './files.ts';
import { read, resourceFiles, root, yamlFiles } from './files.ts';
import { isObject, strictProblems } from './strict.ts';

const folders = [manifests, ...componentNames.map((name) => path.join(manifests, 'components', name))];
const examples = yamlFiles(path.join(manifests, 'examples'));
const resources = [...new Set([...folders.flatMap((folder) => resourceFiles(folder)), ...examples])];
const objects = resources.flatMap((file) => parseStrictly(read(file), file)) as ApiObject[];
const titled = objects.map(({ kind, metadata }, i) => {
  const where = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
  return [`${kind} ${where}${metadata.name}`, objects[i]] as const;
});

describe('the manifests, file by file', () => {
  it.each(yamlFiles())('%s is strict YAML without a duplicate key', (file) => {
    expect(parseStrictly(read(file), file).length).toBeGreaterThan(0);
  });

  it.each(titled)('%s has the fields of its type and no others', (_, object) => {
    expect(strictProblems(object)).toEqual([]);
  });

  it('are all in use: each file is a kustomization, a resource or a patch of one, or an example', () => {
    const kustomized = yamlFiles().filter((file) => path.basename(file) === 'kustomization.yaml');
    const patches = kustomized.flatMap((file) => {
      const folder = path.join(root, path.dirname(file));
      return (kustomizationIn(folder).patches ?? []).map((patch) => path.relative(root, path.join(folder, patch.path)));
    });
    expect([...new Set([...kustomized, ...resources, ...patches])].sort()).toEqual(yamlFiles());
  });

  it('name each object once', () => {
    const names = installedObjects().map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

/** Every value in an object with the way to it. */
function* places(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  if (at.length > 0) yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) yield* places(item, [...at, key]);
}

/** A copy in which the parent of the value at a place has been changed. */
function broken(
  object: unknown,
  at: readonly string[],
  change: (parent: Record<string, unknown>, key: string) => void,
): unknown {
  const copy = structuredClone(object);
  const parent = at.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy);
  change(parent as Record<string, unknown>, at.at(-1) ?? '');
  return copy;
}

const withoutIndices = (at: readonly string[]): string => at.filter((key) => !/^\d+$/.test(key)).join('.');

describe('the check itself', () => {
  // Whatever stands in these maps is a name of somebody's own choice.
  const maps = /(^|\.)(labels|annotations|matchLabels|selector|nodeSelector|data|hard|limits|requests)$/;

  const wrongFor = (at: readonly string[]): unknown[] => [
    0.5,
    [[]],
    null,
    ...(maps.test(withoutIndices(at)) ? [] : [{ no: 'such' }]),
  ];

  it.each(titled)('finds any misspelt field of %s', (_, object) => {
    const missed = [...places(object)].filter((at) => {
      if (/^\d+$/.test(at.at(-1) ?? '') || maps.test(withoutIndices(at.slice(0, -1)))) return false;
      const misspelt = broken(object, at, (parent, key) => {
        parent[`${key}x`] = parent[key];
        delete parent[key];
      });
      return strictProblems(misspelt).length === 0;
    });
    expect(missed.map((at) => at.join('.'))).toEqual([]);
  });

  it.each(titled)('finds any value of a wrong type in %s', (_, object) => {
    const missed = [...places(object)].filter((at) =>
      wrongFor(at).some((value) => {
        const wrong = broken(object, at, (parent, key) => (parent[key] = value));
        return strictProblems(wrong).length === 0;
      }),
    );
    expect(missed.map((at) => at.join('.'))).toEqual([]);
  });

  it.each([
    ['apps/v1 Deployment', 'spec.template'],
    ['apps/v1 Deployment', 'spec.selector'],
    ['apps/v1 Deployment', 'spec.template.spec.containers.0.name'],
    ['apps/v1 Deployment', 'spec.template.spec.containers.0.ports.0.containerPort'],
    ['apps/v1 Deployment', 'spec.template.spec.containers.0.volumeMounts.0.mountPath'],
    ['apps/v1 Deployment', 'spec.template.spec.topologySpreadConstraints.0.topologyKey'],
    ['v1 Service', 'spec.ports.0.port'],
    ['v1 ResourceQuota', 'spec.scopeSelector.matchExpressions.0.operator'],
    ['rbac.authorization.k8s.io/v1 Role', 'rules.0.verbs'],
    ['rbac.authorization.k8s.io/v1 RoleBinding', 'roleRef.name'],
    ['admissionregistration.k8s.io/v1 MutatingWebhookConfiguration', 'webhooks.0.sideEffects'],
    ['admissionregistration.k8s.io/v1 MutatingWebhookConfiguration', 'webhooks.0.admissionReviewVersions'],
    ['apps/v1 DaemonSet', 'spec.template.spec.containers.0.env.0.name'],
    ['cert-manager.io/v1 Certificate', 'spec.issuerRef.name'],
    ['networking.istio.io/v1 DestinationRule', 'spec.host'],
    ['v1 Namespace', 'metadata'],
  ])('finds in %s that %s is missing', (kind, at) => {
    const object = objects.find((o) => `${o.apiVersion} ${o.kind}` === kind);
    expect(isObject(object)).toBe(true);
    const less = broken(object, at.split('.'), (parent, key) => delete parent[key]);
    expect(strictProblems(less).join('\n')).toMatch(/ is missing$/m);
  });

  it.each([
    { apiVersion: 'policy/v1', kind: 'Deployment', metadata: { name: 'a' } },
    { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'a' } },
    { kind: 'Deployment', metadata: { name: 'a' } },
  ])('knows no $apiVersion $kind', (object) => {
    expect(strictProblems(object)[0]).toMatch(/^is of an unknown kind/);
  });

  it.each(['a: 1\na: 2\n', 'a: {b: 1, b: 2}\n', 'a: !secret 1\n'])('refuses the YAML %j', (text) => {
    expect(() => parseStrictly(text, 'a.yaml')).toThrow('a.yaml');
  });
});
