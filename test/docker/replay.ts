import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyContext } from './context.ts';
import type { Instruction, Stage } from './dockerfile.ts';

/** Runs one RUN in a folder that stands for the stage's working directory. */
export type Run = (command: string, cwd: string) => void;

// Proxies, CAs and registries have to stay; what the test run and `npm test` add would make npm look elsewhere.
const ofTheTestRun = /^(NODE_ENV|NODE_OPTIONS|TEST|VITEST.*|npm_(package|lifecycle)_.*|npm_config_local_prefix)$/;

/** A shell that has this Node.js first in its PATH. */
export const runInShell: Run = (command, cwd) => {
  const kept = Object.entries(process.env).filter(([name]) => !ofTheTestRun.test(name));
  const PATH = [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter);
  execFileSync('/bin/sh', ['-c', command], { cwd, env: { ...Object.fromEntries(kept), PATH }, stdio: 'pipe' });
};

/** What a replay leaves behind: the image's root, and how to remove everything. */
export interface Replayed {
  readonly image: string;
  readonly remove: () => void;
}

const workPrefix = path.join(tmpdir(), 'nodelocal-otlp-image-');

/** Removes a folder of a replay and nothing else, whatever it is given. */
function removeWork(work: string): void {
  if (!path.normalize(work).startsWith(workPrefix)) throw new Error(`not a folder of a replay: ${work}`);
  rmSync(work, { recursive: true });
}

/**
 * Does what `docker build` would do with these stages, in a temporary folder that ends up with the files of the last stage
 * and no others; what the base images bring is not there.
 * A replay that fails removes what it made.
 */
export function replay(stages: readonly Stage[], run: Run): Replayed {
  const work = mkdtempSync(workPrefix);
  try {
    return { image: replayIn(work, stages, run), remove: () => removeWork(work) };
  } catch (error) {
    removeWork(work);
    throw error;
  }
}

function replayIn(work: string, stages: readonly Stage[], run: Run): string {
  const context = path.join(work, 'context');
  copyContext(context);
  const roots = stages.map((_, i) => path.join(work, `stage-${i}`));
  for (const [i, stage] of stages.entries()) {
    const sourceOf = ({ flags: { from } }: Instruction): string =>
      from === undefined ? context : (roots[stages.findIndex(({ name }) => name === from)] ?? `no stage ${from}`);
    replayStage(stage, path.join(work, `stage-${i}`), sourceOf, run);
  }
  const image = roots.at(-1);
  if (image === undefined) throw new Error('the Dockerfile has no stage');
  for (const folder of [context, ...roots.slice(0, -1)]) removeWork(folder);
  return image;
}

function replayStage(stage: Stage, root: string, sourceOf: (copy: Instruction) => string, run: Run): void {
  let workdir = root;
  for (const instruction of stage.instructions) {
    const { name, args } = instruction;
    if (name === 'WORKDIR') workdir = path.join(root, args[0] ?? '');
    mkdirSync(workdir, { recursive: true });
    if (name === 'COPY') copy(args, sourceOf(instruction), root, workdir);
    if (name === 'RUN') run(args[0] ?? '', workdir);
  }
}

/** Of a folder its content is copied, of a file the file; several sources need a folder, named with a slash at its end. */
function copy(args: readonly string[], source: string, root: string, workdir: string): void {
  const [to = '', ...sources] = args.toReversed();
  if (sources.length > 1 && !to.endsWith('/')) throw new Error(`COPY ${args.join(' ')}: ${to} has to end with a slash`);
  const target = path.isAbsolute(to) ? path.join(root, to) : path.join(workdir, to);
  for (const from of sources.map((file) => path.join(source, file))) {
    if (!existsSync(from)) throw new Error(`COPY ${args.join(' ')}: ${from} is not there`);
    const isFolder = statSync(from).isDirectory();
    cpSync(from, to.endsWith('/') && !isFolder ? path.join(target, path.basename(from)) : target, { recursive: true });
  }
}
