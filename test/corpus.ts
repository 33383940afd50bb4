import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = process.env['NODELOCAL_OTLP_CORPUS'] ?? path.resolve(import.meta.dirname, '../../shared/corpus');
let told = false;

/**
 * The files of a folder of the test corpus, as absolute paths in sorted order; none where the corpus is not
 * there, which is said in one plain line. They are read in place and never copied into the repository.
 */
export function corpusFiles(folder: 'reviews' | 'manifests'): string[] {
  const directory = path.join(root, folder);
  if (existsSync(directory)) {
    return readdirSync(directory)
      .filter((name) => /\.(json|ya?ml)$/.test(name))
      .sort()
      .map((name) => path.join(directory, name));
  }
  if (!told) process.stdout.write(`no test corpus at ${root}: its tests are skipped (set NODELOCAL_OTLP_CORPUS)\n`);
  told = true;
  return [];
}
