import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf, itemsOfJson, type Signal } from '../../src/otlp/decode.ts';
import type { Answer, Mode } from './sink-mode.ts';
import { Records, type Transport } from './sink-records.ts';

/** What both servers of a sink give their requests to. */
export class Receiver {
  readonly records = new Records();
  mode: Mode = { kind: 'accept' };

  /** Whether a request is to be met by a reset, before it is read. */
  get resets(): boolean {
    return this.mode.kind === 'reset';
  }

  /** @param body not compressed @throws when it cannot be read */
  async receive(transport: Transport, signal: Signal, body: Buffer, json: boolean): Promise<Answer> {
    const { mode } = this;
    const items = json ? itemsOfJson(signal, JSON.parse(body.toString()) as object) : itemsOf(signal, body);
    this.records.count(mode.kind, transport, signal, items.length);
    if (mode.kind === 'refuse' || mode.kind === 'grpc-status') return mode;
    if (mode.kind === 'hang' || mode.kind === 'reset') return 'nothing';
    if (mode.kind === 'slow') await sleep(mode.ms);
    this.records.accept(items, Date.now());
    return 'accepted';
  }
}
