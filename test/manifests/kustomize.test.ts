import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ApiObject, componentNames, installedObjects, manifests, root } from './files.ts';
import { agents } from './agent.ts';
import { installations } from './installation.ts';
import { build, buildText, kubectl, noKubectl, withComponents } from './kustomize.ts';
import { strictProblems } from './strict.ts';

const key = ({ kind, metadata }: ApiObject): string => `${kind} ${metadata.name}`;
const byKey = (objects: readonly ApiObject[]) => objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

if (kubectl === undefined) process.stderr.write(`kustomize tests skipped: ${noKubectl}\n`);

describe.skipIf(kubectl === undefined)('kubectl kustomize', () => {
  const plain = kubectl === undefined ? [] : build(manifests);

  it('makes of manifests/ the objects of its files, each unchanged', () => {
    expect(byKey(plain)).toEqual(byKey(installedObjects()));
  });

  it('puts the hook last, when all it needs has been created', () => {
    expect(plain.at(-1)?.kind).toBe('MutatingWebhookConfiguration');
  });

  it.each(componentNames.filter((name) => name !== 'env-from-config-maps'))('can add the component %s', (name) => {
    const objects = buildText(withComponents([name]));
    expect(objects.flatMap((object) => strictProblems(object).map((problem) => `${key(object)}: ${problem}`))).toEqual(
      [],
    );
    expect(objects).not.toEqual(plain);
    expect([...installations, ...agents].flatMap(({ components }) => components)).toContain(name);
  });

  it('takes out what cert-manager does instead', () => {
    const before = installedObjects().map(key);
    const made = buildText(withComponents(['cert-manager'])).map(key);
    expect(made.filter((name) => !before.includes(name)).sort()).toEqual([
      'Certificate nodelocal-otlp-webhook',
      'Certificate nodelocal-otlp-webhook-ca',
      'Issuer nodelocal-otlp-self-signed',
      'Issuer nodelocal-otlp-webhook-ca',
    ]);
    expect(before.filter((name) => !made.includes(name))).toEqual([]);
  });

  it('names the folder it cannot build', () => expect(() => build(path.join(root, 'src'))).toThrow('kustomization'));
});
