import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ApiObject, manifests, parseStrictly } from './files.ts';

/** A kubectl that has kustomize 4.1 or newer in it, so that it knows components; undefined when there is none. */
export const kubectl: string | undefined = [
  ...[process.env['KUBEBUILDER_ASSETS'], '/usr/local/kubebuilder/bin'].flatMap((f) =>
    f ? path.join(f, 'kubectl') : [],
  ),
  'kubectl',
].find((file) => {
  const { stdout } = spawnSync(file, ['version', '--client', '--output=json'], { encoding: 'utf8', timeout: 20_000 });
  const minor = /"minor": "(\d+)/.exec(stdout ?? '')?.[1];
  return Number(minor) >= 21;
});

export const noKubectl = 'no kubectl was found in KUBEBUILDER_ASSETS, /usr/local/kubebuilder/bin or the PATH';

/** What `kubectl kustomize` makes of a folder. @throws with what kubectl says */
export function build(folder: string): ApiObject[] {
  if (kubectl === undefined) throw new Error(noKubectl);
  const options = ['kustomize', folder, '--load-restrictor=LoadRestrictionsNone'];
  const yaml = execFileSync(kubectl, options, { encoding: 'utf8', stdio: 'pipe', timeout: 60_000 });
  return parseStrictly(yaml, folder) as ApiObject[];
}

/** Builds a kustomization given as text, in which `manifests` stands for our folder. */
export function buildText(text: string): ApiObject[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-kustomize-'));
  const ours = path.relative(folder, manifests);
  writeFileSync(path.join(folder, 'kustomization.yaml'), text.replaceAll(/(?<=^\s*- )manifests\b/gm, ours));
  try {
    return build(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A kustomization like the ones in the docs: everything of ours, with these components. */
export function withComponents(names: readonly string[]): string {
  const lines = names.map((name) => `  - manifests/components/${name}\n`);
  return `resources:\n  - manifests\ncomponents:\n${lines.join('')}`;
}
