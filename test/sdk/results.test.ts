import { describe, expect, test } from 'vitest';
import type { MeasuredCell, Measurements } from '../../src/retry/measurements.ts';
import type { Measured } from './batch.ts';
import { worseCells } from './report.ts';
import { cellsOf, fileText, merged } from './results.ts';

const one = (more: Partial<Measured> = {}): Measured => ({
  app: 'go-grpc',
  outage: { kind: 'refused', seconds: 10 },
  settings: 'injected',
  traces: [300, 0],
  logs: [300, 0],
  metrics: [6, 0],
  duplicates: 0,
  flushMs: 5,
  ...more,
});

const app = {
  language: 'go',
  transport: 'grpc',
  version: '1.0',
  variables: { defaults: {}, injected: { A: '1' } },
} as const;
const file = (cells: readonly MeasuredCell[], more: Partial<Measurements> = {}): Measurements => ({
  date: '2026-01-01',
  machine: 'a machine',
  rate: 10,
  metricIntervalMs: 5000,
  apps: { 'go-grpc': app },
  cells,
  exits: [],
  harm: { comparisons: 0, differences: [] },
  ...more,
});

describe('cellsOf', () => {
  test('puts the runs of a cell together', () => {
    const cells = cellsOf([one(), one({ traces: [301, 50] }), one({ settings: 'defaults' })]);
    expect(cells.map(({ settings, traces }) => ({ settings, traces }))).toEqual([
      {
        settings: 'injected',
        traces: [
          [300, 0],
          [301, 50],
        ],
      },
      { settings: 'defaults', traces: [[300, 0]] },
    ]);
  });

  test('leaves out what is only tried and what is invalid', () => {
    expect(cellsOf([one({ settings: 'tried' }), one({ invalid: 'it crashed' })])).toEqual([]);
  });
});

describe('merged', () => {
  const [cell] = cellsOf([one()]) as [MeasuredCell];
  const longer = { ...cell, seconds: 30 };
  const later = { ...cell, traces: [[500, 1]] } as MeasuredCell;

  test('replaces a cell that was measured again and keeps the others', () => {
    expect(merged(file([cell, longer]), file([later])).cells).toEqual([later, longer]);
  });

  test('drops the cells of an app whose version or variables are others by now', () => {
    const newer = file([later], { apps: { 'go-grpc': { ...app, version: '1.1' } } });
    expect(merged(file([cell, longer]), newer).cells).toEqual([later]);
  });

  test('drops all that was measured by another method', () => {
    expect(merged(file([longer]), file([later], { rate: 20 })).cells).toEqual([later]);
  });

  test('is written with a line for each cell, and reads as it was', () => {
    const both = file([cell, longer]);
    expect(JSON.parse(fileText(both))).toEqual(both);
    expect(
      fileText(both)
        .split('\n')
        .filter((line) => line.includes('"outage"')),
    ).toHaveLength(2);
  });
});

describe('worseCells', () => {
  test('names a cell in which the injected settings lost more than a batch more', () => {
    const runs = [one({ traces: [300, 100], logs: [300, 20] }), one({ settings: 'defaults', traces: [300, 50] })];
    expect(worseCells(runs, 10)).toEqual(['go-grpc refused 10 s: 120, defaults 50']);
  });

  test('goes by the run in the middle, however much the runs differ', () => {
    const defaults = [50, 60, 250].map((lost) => one({ settings: 'defaults', traces: [300, lost] }));
    const runs = (lost: number) => [...defaults, ...[lost, lost, lost].map((each) => one({ traces: [300, each] }))];
    expect(worseCells(runs(120), 10)).toEqual([]);
    expect(worseCells(runs(130), 10)).toHaveLength(1);
  });

  test('says nothing of one batch more or less', () => {
    expect(worseCells([one({ traces: [300, 50], logs: [300, 10] }), one({ settings: 'defaults' })], 10)).toEqual([]);
  });
});
