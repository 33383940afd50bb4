import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyContext } from './context.ts';
import type { Instruction, Stage } from './dockerfile.ts';

/** Runs one RUN in a folder that stands for the stage's working directory. */
export type Run = (command: string, cwd: string) => void;

/** A shell with nothing of the test run in its environment but where npm keeps its settings and its cache. */
export const runInShell: Run = (command, cwd) => {
  const { HOME = '' } = process.env;
  const PATH = [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter);
  execFileSync('/bin/sh', ['-c', command], { cwd, env: { HOME, PATH }, stdio: 'pipe' });
};

/**
 * Does what `docker build` would do with these stages, in a temporary folder that ends up with the files of the last stage
 * and no others; what the base images bring is not there.
 *
 * @returns the folder that stands for the image's root
 */
export function replay(stages: readonly Stage[], run: Run): string {
  const work = mkdtempSync(path.join(tmpdir(), 'nodelocal-otlp-image-'));
  const context = path.join(work, 'context');
  copyContext(context);
  const roots = stages.map((_, i) => path.join(work, `stage-${i}`));
  for (const [i, stage] of stages.entries()) {
    const sourceOf = ({ flags: { from } }: Instruction): string =>
      from === undefined ? context : (roots[stages.findIndex(({ name }) => name === from)] ?? `no stage ${from}`);
    replayStage(stage, roots[i] ?? '', sourceOf, run);
  }
  for (const folder of [context, ...roots.slice(0, -1)]) rmSync(folder, { recursive: true });
  return roots.at(-1) ?? '';
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
