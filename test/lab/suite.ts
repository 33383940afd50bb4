import { keep } from '../keep.ts';
import { labMissing, Network } from './network.ts';

if (labMissing !== undefined) process.stderr.write(`tests in the network lab skipped: ${labMissing}\n`);

/** For `describe.skipIf(!hasLab)`; when there is none, that has been said. */
export const hasLab = labMissing === undefined;

/** The network of this file's tests. */
export const startNetwork = async (): Promise<Network> => keep(await Network.start());
