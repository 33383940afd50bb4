import { median, type MeasuredSignal } from '../../src/retry/measurements.ts';
import type { BatchResult, Measured } from './batch.ts';

const signals: readonly MeasuredSignal[] = ['traces', 'logs', 'metrics'];

/** One line about a batch: whether the machine kept up, and what does not count. */
export function batchLine({ measured, busy, worstLag }: BatchResult): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const invalid = measured.filter((one) => one.invalid !== undefined);
  const said = invalid.map(
    ({ app, settings, outage, invalid: why }) =>
      `\n  invalid: ${app} ${settings} ${outage.kind} ${outage.seconds} s: ${why}`,
  );
  return `${measured.length - invalid.length} of ${measured.length} count; cores ${percent(busy)} busy, production at most ${percent(worstLag)} late${said.join('')}\n`;
}

/** What was lost of what was produced, traces/logs/metrics: the median, and in brackets all runs where they differ. */
export function lossTable(measured: readonly Measured[], columns: readonly string[]): string {
  const rows = new Map<string, Measured[]>();
  for (const one of measured.filter(({ invalid }) => invalid === undefined)) {
    const key = [one.app, one.outage.kind, `${one.outage.seconds} s`].join('\t');
    rows.set(key, [...(rows.get(key) ?? []), one]);
  }
  const head = ['app', 'outage', 'length', ...columns.map((name) => `${name}: lost traces, logs, metrics`)];
  const body = [...rows]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([key, runs]) => [
      ...key.split('\t'),
      ...columns.map((name) => cell(runs.filter(({ settings }) => settings === name))),
    ]);
  return aligned([head, ...body]);
}

function cell(runs: readonly Measured[]): string {
  if (runs.length === 0) return '–';
  const texts = signals.map((signal) => {
    const lost = runs.map((run) => run[signal][1]);
    const spread = new Set(lost).size > 1 ? ` (${lost.join(' ')})` : '';
    return `${median(lost)}/${median(runs.map((run) => run[signal][0]))}${spread}`;
  });
  const twice = runs.reduce((sum, { duplicates }) => sum + duplicates, 0);
  return `${texts.join('  ')}${twice > 0 ? `  ${twice} twice` : ''}`;
}

/** Lines in columns. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, i) => text.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The schedule delays of spans (5 s) and log records (1 s), and a tenth for late timers. */
const batchSeconds = 6.6;

/**
 * Whether the middle of some runs lost more than that of runs with the defaults, by more than luck: one batch of spans and one of log
 * records, since whether a batch is lost depends on when in an app's cycle the outage begins.
 *
 * @param batches how many of them luck may cost
 */
export const isWorse = (lost: readonly number[], withDefaults: readonly number[], rate: number, batches = 1): boolean =>
  median(lost) > median(withDefaults) + rate * batchSeconds * batches;

/** The cells in which the injected settings lost more spans and log records than the defaults. */
export function worseCells(measured: readonly Measured[], rate: number, batches = 1): string[] {
  const lost = new Map<string, number[]>();
  for (const { app, outage, settings, traces, logs, invalid } of measured) {
    if (invalid !== undefined) continue;
    const key = `${app} ${outage.kind} ${outage.seconds} s ${settings}`;
    lost.set(key, [...(lost.get(key) ?? []), traces[1] + logs[1]]);
  }
  return [...lost.keys()].flatMap((key) => {
    const before = key.endsWith(' injected') ? lost.get(key.replace(/ injected$/, ' defaults')) : undefined;
    const after = lost.get(key) ?? [];
    if (before === undefined || !isWorse(after, before, rate, batches)) return [];
    return [`${key.replace(/ injected$/, '')}: ${median(after)}, defaults ${median(before)}`];
  });
}
