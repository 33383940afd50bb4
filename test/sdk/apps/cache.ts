import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Written last: a folder that holds it is complete. */
const marker = 'complete';
/** What a developer's own install or build may leave beside the sources. */
const leftovers: ReadonlySet<string> = new Set(['node_modules', 'target', '__pycache__']);
const builds = new Map<string, Promise<string>>();

/**
 * The folder of a build, from the cache or made by `build`: `NAME-HASH` below $XDG_CACHE_HOME or ~/.cache, where the hash
 * is that of all files in `sources` (folders or files). Calls at the same time, here or in another process, all get a
 * complete folder. Throws what `build` throws.
 */
export async function cached(
  name: string,
  sources: readonly string[],
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const root = path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'nodelocal-otlp');
  const folder = path.join(root, `${name}-${await hashOf(sources)}`);
  const started = builds.get(folder) ?? complete(folder, build);
  builds.set(folder, started);
  try {
    return await started;
  } catch (error) {
    builds.delete(folder);
    throw error;
  }
}

async function complete(folder: string, build: (folder: string) => Promise<void>): Promise<string> {
  if (await isComplete(folder)) return folder;
  // There is no registry to be reached from a network lab.
  if (process.env['LAB'] === 'ready') throw new Error('not built: npm run build:lab');
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await build(draft);
    await writeFile(path.join(draft, marker), '');
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was first: a folder that is not empty can't be replaced.
    if (!(await isComplete(folder))) throw error;
  }
  return folder;
}

const isComplete = (folder: string): Promise<boolean> =>
  access(path.join(folder, marker)).then(
    () => true,
    () => false,
  );

async function hashOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesIn(source)) {
      hash.update(path.relative(path.dirname(source), file)).update('\0');
      hash.update(await readFile(file)).update('\0');
    }
  }
  return hash.digest('hex').slice(0, 8);
}

async function filesIn(source: string): Promise<string[]> {
  if (leftovers.has(path.basename(source))) return [];
  const entries = await readdir(source, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [source];
  const found = await Promise.all(entries.map((entry) => filesIn(path.join(source, entry.name))));
  return found.flat().sort();
}
