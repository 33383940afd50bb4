import { describe, expect, test } from 'vitest';
import { gainTable, lossTable } from '../../scripts/survival-tables.ts';
import { survivalPlot } from '../../scripts/survival-plot.ts';
import { measurements } from '../../src/retry/matrix.ts';
import type { MeasuredCell, Measurements } from '../../src/retry/measurements.ts';

const cell = (settings: MeasuredCell['settings'], seconds: number, lost: readonly number[]): MeasuredCell => ({
  app: 'go-grpc',
  outage: 'refused',
  seconds,
  settings,
  traces: lost.map((each) => [300, each]),
  logs: lost.map(() => [300, 0]),
  metrics: lost.map(() => [6, 0]),
  duplicates: lost.map(() => 0),
});

const file: Measurements = {
  date: '2026-01-01',
  machine: 'a machine',
  rate: 10,
  metricIntervalMs: 5000,
  apps: { 'go-grpc': { language: 'go', transport: 'grpc', version: '1.0', variables: { defaults: {}, injected: {} } } },
  exits: [],
  harm: { comparisons: 0, differences: [] },
  cells: [
    cell('defaults', 10, [50, 60, 70]),
    cell('injected', 10, [0, 0, 50]),
    cell('defaults', 30, [300, 300, 310]),
    cell('injected', 30, [40, 50, 60]),
  ],
};

describe('the tables', () => {
  test('have the medians of what was lost and produced, before and after', () => {
    expect(lossTable(file, ['traces', 'logs'])).toContain('| go-grpc | refused | 60/600 → 0/600 | 300/600 → 50/600 |');
  });

  test('have the gain, and the longest outage without a loss', () => {
    expect(gainTable(file)).toContain('| go-grpc | 360 → 50 | not 10 s; – | 10 s, not 30 s; – |');
  });

  test('leave no measured cell out', () => {
    const pairs = lossTable(measurements, ['traces', 'logs']).match(/\d+\/\d+ → \d+\/\d+/g) ?? [];
    expect(pairs).toHaveLength(measurements.cells.length / 2);
  });
});

describe('the plot', () => {
  test('puts a dot for each setting at the seconds of telemetry that were lost', () => {
    const xOf = (kind: string) => Number(new RegExp(`class="${kind}" cx="([\\d.]+)"[^/]*r="[46]"`).exec(plot)?.[1]);
    const plot = survivalPlot(file, 30).slice(survivalPlot(file, 30).indexOf('class="panel"'));
    // 300 spans of 20 items a second are 15 s, 50 are 2.5 s.
    expect(xOf('defaults') / xOf('injected')).toBeCloseTo(6, 1);
  });

  test('leaves out what was not measured at that length', () => {
    expect(survivalPlot(file, 60)).not.toContain('go-grpc');
  });
});
