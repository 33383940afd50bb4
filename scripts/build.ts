/**
 * Bundles the program into dist/: main.js and one chunk for each command, with the licences of all that is in them.
 *
 * Bundled, the program starts in a third of the time and needs no node_modules.
 */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const outdir = path.join(root, 'dist');

// Packages in CommonJS call require for Node's own modules; an ES module has none.
const requireBanner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/main.ts',
    // Processes of the demo, which are started by themselves.
    'demo-app': 'src/demo/app-process.ts',
    'demo-agent': 'src/demo/agent-process.ts',
  },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  chunkNames: 'chunks/[name]-[hash]',
  // Names stay as they are, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  banner: { js: requireBanner },
  metafile: true,
  logLevel: 'warning',
});
await chmod(path.join(outdir, 'main.js'), 0o755);
await writeFile(path.join(outdir, 'THIRD-PARTY-LICENSES.txt'), await licences(Object.keys(metafile.inputs)));

/** The licences of the packages that bundled files come from, sorted by name; a text that many share stands once. */
async function licences(inputs: readonly string[]): Promise<string> {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  );
  const licensed = await Promise.all([...folders].sort().map(licenceOf));
  const parts = Map.groupBy(licensed, ({ text }) => text);
  return [...parts]
    .map(([text, packages]) => `${packages.map(({ head }) => head).join('\n')}\n${text}`)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<{ head: string; text: string }> {
  const { name, version, license } = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
  return { head: `${name} ${version}\nLicence: ${license}\n`, text: await licenceText(path.join(root, folder)) };
}

async function licenceText(folder: string): Promise<string> {
  const file = (await readdir(folder)).find((name) => /^(un)?licen[cs]e(\.\w+)?$/i.test(name));
  if (file === undefined) throw new Error(`${folder} holds no licence text, which dist/ would have to bring`);
  return `${(await readFile(path.join(folder, file), 'utf8')).trim()}\n`;
}
