import type { Signal } from '../../src/otlp/schema.ts';

/** A line that the Collector logs about an exporter. */
interface Line {
  readonly ts: string;
  readonly msg: string;
  readonly 'otelcol.signal'?: Signal;
  readonly dropped_items?: number;
}

/** The items of a signal that an agent has given up, as it says itself. */
export const droppedItems = (log: string, signal: Signal): number =>
  linesOf(log, signal, 'Exporting failed. Dropping data.').reduce((sum, line) => sum + (line.dropped_items ?? 0), 0);

/** When an agent said that it would send a batch of a signal again, in Unix milliseconds. */
export const retryTimes = (log: string, signal: Signal): number[] =>
  linesOf(log, signal, 'Exporting failed. Will retry').map(({ ts }) => Date.parse(ts));

function linesOf(log: string, signal: Signal, message: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg, 'otelcol.signal': of }) => of === signal && msg.startsWith(message));
}
