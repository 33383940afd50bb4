import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../src/', import.meta.url);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** What each folder may import: folders of ours, then packages and Node's own modules. */
const allowed: Record<string, { folders: readonly string[]; modules: readonly RegExp[] }> = {
  retry: { folders: ['retry', 'inject/pod'], modules: [] },
  inject: { folders: ['inject', 'retry'], modules: [/^fast-json-patch$/, /^node:net$/] },
  manifest: { folders: ['manifest', 'inject', 'retry', 'errors'], modules: [/^yaml$/] },
  explain: { folders: ['explain', 'manifest', 'inject', 'retry'], modules: [] },
  admission: {
    folders: ['admission', 'inject', 'retry', 'errors', 'log'],
    modules: [/^express$/, /^pino$/, /^node:/],
  },
  certs: { folders: ['certs', 'errors', 'log'], modules: [/^node-forge$/, /^node:/] },
  otlp: { folders: ['otlp'], modules: [/^protobufjs$/] },
  demo: {
    folders: ['demo', 'otlp', 'inject', 'retry', 'errors'],
    modules: [/^yaml$/, /^node:/, /^@opentelemetry\/(api|sdk-node)$/],
  },
  config: { folders: ['config', 'inject', 'retry', 'errors'], modules: [/^yaml$/, /^node:/] },
};

/** Packages that only one place may touch. */
const confined: readonly { module: RegExp; where: RegExp }[] = [
  { module: /^express$/, where: /^(admission\/app|server\/health)\.ts$/ },
  { module: /^@kubernetes\/client-node$/, where: /^kube\// },
  { module: /^node-forge$/, where: /^certs\// },
  { module: /^protobufjs$/, where: /^otlp\// },
  // Together as large as the rest: only a process of its own may load it.
  { module: /^@opentelemetry\//, where: /^demo\/app-process\.ts$/ },
  { module: /^commander$/, where: /^(main|commands\/[\w-]+)\.ts$/ },
];

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(new URL(file, root), 'utf8').matchAll(
      /^(?:import|export)\b[^'"]*?from '([^']+)'|import\('([^']+)'\)/gms,
    ),
  ].map((match) => match[1] ?? match[2] ?? '');

const targetOf = (file: string, specifier: string): string =>
  new URL(specifier, new URL(file, root)).pathname.slice(root.pathname.length).replace(/\.ts$/, '');

describe('imports point one way', () => {
  it('finds the source files', () => expect(files.length).toBeGreaterThan(20));

  it.each(files)('%s', (file) => {
    const rule = allowed[file.split('/')[0] ?? ''];
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = targetOf(file, specifier);
        if (rule)
          expect(
            rule.folders.some((f) => target === f || target.startsWith(`${f}/`)),
            `${file} imports ${target}`,
          ).toBe(true);
        continue;
      }
      const place = confined.find(({ module }) => module.test(specifier));
      if (place) expect(file, `${specifier} belongs in ${place.where}`).toMatch(place.where);
      if (rule)
        expect(
          rule.modules.some((m) => m.test(specifier)),
          `${file} imports ${specifier}`,
        ).toBe(true);
    }
  });

  it('reads process.env and process.argv in main.ts only', () => {
    const readers = files.filter((file) => /process\.(env|argv)\b/.test(readFileSync(new URL(file, root), 'utf8')));
    expect(readers).toEqual(['main.ts']);
  });
});
