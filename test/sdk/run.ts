/**
 * The SDK matrix: `npm run test:sdk -- --help`. Builds the apps, for which it needs registries, and then runs itself once more
 * in the network lab, where there are none.
 */
import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { MeasuredApp, Measurements } from '../../src/retry/measurements.ts';
import { labMissing, Network } from '../lab/network.ts';
import { type Measured, runBatch } from './batch.ts';
import { planOf } from './cells.ts';
import { exitTable, measureExits } from './exit.ts';
import { checkHarm } from './harm.ts';
import { machineInWords } from './machine.ts';
import { type BuiltApp, builtApps } from './matrix-apps.ts';
import { type Options, readOptions, usage } from './options.ts';
import { batchLine, lossTable, worseCells } from './report.ts';
import { addTo, cellsOf, type Figures } from './results.ts';
import { columnsWith, injected } from './settings.ts';

// An SDK's own 60 s would give no figure for an outage of 30 s.
const metricIntervalMs = 5000;

const inLab = path.join(import.meta.dirname, '../../scripts/in-lab.sh');

const print = (text: string) => void process.stdout.write(text);
const say = (line: string) => void process.stderr.write(`${line}\n`);

try {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') print(usage);
  else if (process.env['LAB'] === undefined && !process.env['LAB_MISSING']) await buildAndEnter(options);
  else if (labMissing !== undefined) say(`SDK matrix skipped: ${labMissing}`);
  else await main(options);
} catch (error) {
  say((error as Error).message);
  // What still runs ends with this process.
  process.exit(2);
}

async function buildAndEnter({ apps }: Options): Promise<void> {
  await builtApps(apps, (line) => line.startsWith('building') && say(line));
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  const { status } = spawnSync(inLab, again, { stdio: 'inherit' });
  process.exitCode = status ?? 2;
}

async function main(options: Options): Promise<void> {
  const { parts, runs, jsonFile, logs } = options;
  const apps = await builtApps(options.apps, say);
  if (logs !== undefined) await mkdir(logs, { recursive: true });
  // At once: what has been measured is not to be lost when something fails later.
  const keep = async (figures: Partial<Figures>) => {
    if (jsonFile !== undefined) await addTo(jsonFile, { ...method(apps, options.rate), ...figures });
  };
  const network = await Network.start();
  if (parts.includes('harm')) await keep({ harm: await harm(network, apps, options.tried) });
  if (parts.includes('exit')) {
    const exits = await measureExits(network, apps, runs);
    print(exitTable(exits));
    await keep({ exits });
  }
  if (parts.includes('matrix')) await matrix(network, apps, options, (measured) => keep({ cells: cellsOf(measured) }));
  await network.dispose();
}

async function harm(
  network: Network,
  apps: readonly BuiltApp[],
  tried: Options['tried'],
): Promise<Measurements['harm']> {
  const harms = await checkHarm(network, apps, tried);
  const differences = harms.flatMap(({ app, what, found }) => found.map((line) => `${app}, ${what}: ${line}`));
  print(`${harms.length} comparisons in ${apps.length} apps, ${differences.length} differences\n`);
  for (const line of differences) print(`  ${line}\n`);
  if (differences.length > 0) process.exitCode = 1;
  return { comparisons: harms.length, differences };
}

async function matrix(
  network: Network,
  apps: readonly BuiltApp[],
  { outages, runs, rate, tried, together, logs }: Options,
  keep: (measured: readonly Measured[]) => Promise<void>,
): Promise<void> {
  const columns = columnsWith(tried);
  const batches = planOf(apps, outages, together);
  const measured: Measured[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (const [i, batch] of batches.entries()) {
      const names = batch.outages.map(({ kind, seconds }) => `${kind} ${seconds} s`).join(', ');
      say(`run ${run} of ${runs}, batch ${i + 1} of ${batches.length}: ${names}`);
      const how = { rate, metricIntervalMs, ...(logs !== undefined && { logs }) };
      const result = await runBatch(network, { columns, ...batch, ...how });
      measured.push(...result.measured);
      print(batchLine(result));
      await keep(measured);
    }
  }
  print(
    lossTable(
      measured,
      columns.map(({ name }) => name),
    ),
  );
  // Of a single run, in which a gRPC channel's back-off alone can cost ten seconds, only what a wrong setting does is judged: it costs everything.
  const worse = worseCells(measured, rate, runs < 3 ? 5 : 1);
  for (const line of worse) print(`more lost than with defaults: ${line}\n`);
  const without = apps.filter(
    ({ name }) => !measured.some(({ app, invalid }) => app === name && invalid === undefined),
  );
  for (const { name } of without) print(`no figure of ${name} counts\n`);
  if (worse.length > 0 || without.length > 0) process.exitCode = 1;
}

function method(apps: readonly BuiltApp[], rate: number): Figures {
  const entries = apps.map((app): [string, MeasuredApp] => {
    const { language, transport, program } = app;
    const variables = { defaults: {}, injected: injected(app, '10.0.0.1').retry };
    return [app.name, { language, transport, version: program.version, variables }];
  });
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: machineInWords(),
    rate,
    metricIntervalMs,
    apps: Object.fromEntries(entries),
  };
}
