import { expect, it } from 'vitest';
import { droppedItems, retryTimes } from './log-lines.ts';

const line = (msg: string, signal: string, more: object = {}) =>
  JSON.stringify({ level: 'error', ts: '2026-11-23T02:56:53.104Z', msg, 'otelcol.signal': signal, ...more });

const log = [
  'no JSON',
  line('Exporting failed. Dropping data.', 'traces', { dropped_items: 3 }),
  line('Exporting failed. Dropping data.', 'traces', { dropped_items: 4 }),
  line('Exporting failed. Dropping data.', 'logs', { dropped_items: 5 }),
  line('Exporting failed. Rejecting data.', 'traces', { dropped_items: 6 }),
  line('Exporting failed. Will retry the request after interval.', 'logs'),
  '{"msg":"a line that is not compl',
].join('\n');

it('counts what an agent says that it dropped of a signal', () => {
  expect([droppedItems(log, 'traces'), droppedItems(log, 'metrics'), droppedItems(log, 'logs')]).toEqual([7, 0, 5]);
});

it('knows when an agent said that it tries again', () => {
  expect(retryTimes(log, 'logs')).toEqual([Date.parse('2026-11-23T02:56:53.104Z')]);
  expect(retryTimes(log, 'traces')).toEqual([]);
});
