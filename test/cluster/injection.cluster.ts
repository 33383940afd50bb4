import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binariesOrSkip } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { enabled, install, type Installation } from './installation.ts';
import { describeLoad, startLoad } from './load.ts';

const say = (text: string) => process.stdout.write(`${text}\n`);

describe.skipIf(binariesOrSkip() === undefined)('smoke', () => {
  let plane: ControlPlane;
  let installation: Installation;
  beforeAll(async () => {
    plane = await startControlPlane({ audit: true });
    installation = await install(plane);
    await installation.waitReady();
  });
  afterAll(async () => {
    await installation?.stopAll();
    await plane?.stop();
  });
  it('load', async () => {
    await plane.createNamespace('shop', enabled);
    const load = startLoad(plane, { namespace: 'shop' });
    await new Promise((r) => setTimeout(r, 5000));
    const counts = await load.stop();
    say(describeLoad(counts));
    for (const r of installation.replicas) say(r.complaints().join('\n'));
    expect(counts.missed).toEqual([]);
  });
});
