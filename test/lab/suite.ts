import { afterAll } from 'vitest';
import { labMissing, Network } from './network.ts';

if (labMissing !== undefined) process.stderr.write(`tests in the network lab skipped: ${labMissing}\n`);

/** For `describe.skipIf(!hasLab)`; when there is none, that has been said. */
export const hasLab = labMissing === undefined;

interface Disposable {
  dispose(): Promise<void> | void;
}

const opened: Disposable[] = [];
afterAll(async () => {
  for (const one of opened.splice(0).toReversed()) await one.dispose();
});

/** Ends with the tests of this file, before what was kept earlier. */
export function keep<T extends Disposable>(one: T): T {
  opened.push(one);
  return one;
}

/** The network of this file's tests. */
export const startNetwork = async (): Promise<Network> => keep(await Network.start());
