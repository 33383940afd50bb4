import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** An API object as it stands in a file; only what every object has is typed. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly { readonly path: string }[];
}

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const manifests = path.join(root, 'manifests');

/** Every YAML file below a folder, as paths from the repository's root. */
export function yamlFiles(folder: string = manifests): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => path.relative(root, path.join(folder, file)))
    .sort();
}

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** The documents of a file, as strictly as YAML can be read. @throws on duplicate keys, warnings and unknown tags */
export function parseStrictly(text: string, file: string): unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true, strict: true, version: '1.2' });
  if (!Array.isArray(documents)) throw new Error(`${file} is empty`);
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(`${file}: ${problem.message}`);
    return document.toJS() as unknown;
  });
}

export function kustomizationIn(folder: string): Kustomization {
  const file = path.join(folder, 'kustomization.yaml');
  return parseStrictly(readFileSync(file, 'utf8'), file)[0] as Kustomization;
}

/** The files that a kustomization takes whole objects from, through all that it refers to. */
export function resourceFiles(folder: string = manifests): string[] {
  const { resources = [], components = [] } = kustomizationIn(folder);
  return [...resources, ...components].flatMap((entry) => {
    const target = path.join(folder, entry);
    return /\.ya?ml$/.test(entry) ? path.relative(root, target) : resourceFiles(target);
  });
}

/** The objects of `kubectl apply -k manifests`, without any kustomize: its kustomizations list files and nothing else. */
export function installedObjects(folder: string = manifests): ApiObject[] {
  return resourceFiles(folder).flatMap((file) => parseStrictly(read(file), file) as ApiObject[]);
}

export const componentNames = readdirSync(path.join(manifests, 'components')).sort();
