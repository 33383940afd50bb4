/**
 * Builds the Collector that the tests of the agent run, once for each change of test/collector/builder.yaml, and prints
 * where it is. Where it cannot be built it says so and exits 0: those tests are then skipped.
 */
import { collectorBinary } from '../test/collector/binary.ts';

const binary = await collectorBinary((line) => process.stderr.write(`${line}\n`));
if ('file' in binary) process.stdout.write(`${binary.file}\n`);
else process.stderr.write(`no Collector: ${binary.missing}\n`);
