import { describe, expect, it } from 'vitest';
import { buildApp } from '../sdk/apps/build.ts';
import { account, summary } from './ledger.ts';
import { NodeLocalService } from './node-local-service.ts';
import { SdkApp } from './sdk-app.ts';
import { Sink } from './sink.ts';
import { hasLab, startNetwork } from './suite.ts';
import { keep } from '../keep.ts';

const name = 'node-http';
const program = hasLab ? await buildApp(name) : { missing: 'there is no lab' };
if (hasLab && 'missing' in program) process.stderr.write(`an SDK program's tests skipped: ${program.missing}\n`);

describe.skipIf('missing' in program)('an SDK program in the lab', () => {
  it('reaches the Service by what is injected, and all that it produced arrives', async () => {
    if ('missing' in program) throw new Error('unreachable');
    const network = await startNetwork();
    const service = keep(await NodeLocalService.start(network));
    const sink = keep(await Sink.start(await network.addPod('sink')));
    const { ip, node } = sink.place;
    service.setEndpoint({ ip, node, ready: true, serving: true, terminating: false });
    await service.settled();

    const app = await SdkApp.start(await network.addPod('app'), { name, program, service: 'app' });
    expect(app.env['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(`http://${service.name}:4318`);
    await expect.poll(() => app.progress.traces, { timeout: 20_000 }).toBeGreaterThan(20);
    const finished = await app.stop();
    expect(finished.metrics).toBeGreaterThan(0);
    for (const one of account(app.produced, await sink.ledger())) {
      process.stderr.write(`${summary(one)}\n`);
      expect(one).toMatchObject({ produced: finished[one.signal], lost: [], duplicates: [], unknown: [] });
    }
    expect((await sink.points()).at(-1)).toMatchObject({ name: 'lab.count', value: finished.count });
  });

  it('that cannot start says why', async () => {
    if ('missing' in program) throw new Error('unreachable');
    const place = {
      ip: '127.0.0.1',
      node: 'node-1',
      spawn: () => {
        throw new Error('not reached');
      },
    };
    const broken = { name, program, service: 'app', env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine:4318' } } as const;
    await expect(SdkApp.start(place, broken)).rejects.toThrow('user-endpoint');
  });
});
