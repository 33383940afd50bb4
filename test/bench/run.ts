/**
 * Compares the built webhook with a bare node:https server, with express and with a Go webhook, side by side.
 *
 * Trust the ratios first, the CPU per request next, and absolute figures only on a quiet machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureColdStarts } from './cold-start.ts';
import { findContenders, ourWebhook } from './contenders.ts';
import { startLoadGenerator } from './load-generator.ts';
import { pins } from './machine.ts';
import { type Options, readOptions, usage } from './options.ts';
import { coldStartReport, sizeReport } from './report.ts';
import { reviewSizes } from './review.ts';
import { type Bench, measureSize } from './rounds.ts';
import { soak } from './soak.ts';
import { figure } from './table.ts';
import { type Measured, targetReport, targets } from './targets.ts';

const print = (text: string): void => void process.stdout.write(text);
const [small] = reviewSizes;

async function compare(bench: Bench): Promise<Measured> {
  const coldStarts = small === undefined ? [] : await measureColdStarts(bench, small);
  print(coldStartReport(coldStarts, bench.options.starts));
  const sizes = [];
  for (const size of bench.options.sizes) {
    const result = await measureSize(bench, size);
    print(sizeReport(result));
    sizes.push(result);
  }
  return { sizes, coldStarts, soak: [] };
}

async function onlySoak(bench: Bench, reviews: number): Promise<Measured> {
  print(`\nMemory over ${reviews} reviews of 6 KiB, 16 connections\n`);
  if (small === undefined) return { sizes: [], coldStarts: [], soak: [] };
  const points = await soak(bench, small, reviews, (point) => {
    print(`  ${String(point.reviews).padStart(9)} reviews  ${figure(point.rssMiB)} MiB\n`);
  });
  return { sizes: [], coldStarts: [], soak: points };
}

async function run(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nodelocal-otlp-bench-'));
  const { server: serverPin, load: loadPin } = pins();
  print(
    `node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, ${serverPin.length > 0 ? '' : 'not '}pinned\n`,
  );
  const load = startLoadGenerator(loadPin);
  try {
    const contenders =
      options.soak === undefined ? findContenders(folder, (line) => print(`${line}\n`)) : [ourWebhook(folder)];
    const bench = { contenders, folder, serverPin, load, options };
    const measured = options.soak === undefined ? await compare(bench) : await onlySoak(bench, options.soak);
    const reached = targets(measured);
    print(targetReport(reached));
    if (options.jsonFile !== undefined) {
      writeFileSync(options.jsonFile, `${JSON.stringify({ options, ...measured, targets: reached }, null, 2)}\n`);
    }
  } finally {
    load.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') print(usage);
  else await run(options);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
