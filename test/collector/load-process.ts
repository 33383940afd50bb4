/** The process of a load, in the network of its pod; load.ts talks with it over IPC. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '../../src/otlp/decode.ts';
import type { Answered } from './balance.ts';
import { type Export, overGrpc, overHttp } from './exports.ts';
import type { LoadOptions, SignalLoad } from './load.ts';
import { NumberedRequest } from './numbered-request.ts';

export type Message = { readonly progress: readonly Answered[] } | { readonly ended: true };

const { endpoint, transport, service, signals } = JSON.parse(process.argv[2] ?? '') as LoadOptions;
const send: Export = (transport === 'grpc' ? overGrpc : overHttp)(endpoint);
const stop = new AbortController();
/** What was answered since the last message. */
let answered: Answered[] = [];

async function run(signal: Signal, { items, shape, perSecond, concurrency = 4 }: SignalLoad): Promise<void> {
  const request = new NumberedRequest(signal, service, items, shape);
  const start = performance.now();
  let sent = 0;
  const worker = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const first = sent * items;
      sent++;
      if (perSecond !== undefined)
        await sleep(Math.max(0, start + ((sent - 1) / perSecond) * 1000 - performance.now()));
      // With its number taken it is sent, stopped or not: no number is missing in the list of answers.
      const status = await send(signal, request.from(first));
      answered.push({ signal, first, items, status });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

const report = (): void => {
  const progress = answered;
  answered = [];
  process.send?.({ progress } satisfies Message);
};

process.on('message', () => stop.abort());
process.on('disconnect', () => process.exit());
const timer = setInterval(report, 100);
await Promise.all(Object.entries(signals).map(([signal, load]) => run(signal as Signal, load)));
clearInterval(timer);
report();
process.send?.({ ended: true } satisfies Message);
process.disconnect();
