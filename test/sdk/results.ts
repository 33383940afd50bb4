import { readFile, writeFile } from 'node:fs/promises';
import {
  type Count,
  type MeasuredApp,
  type MeasuredCell,
  type MeasuredSignal,
  type Measurements,
  outageKinds,
  settingNames,
} from '../../src/retry/measurements.ts';
import type { Measured } from './batch.ts';

/** The runs of each cell together. What is tried and what is invalid stays out. */
export function cellsOf(measured: readonly Measured[]): MeasuredCell[] {
  const cells = new Map<string, Measured[]>();
  for (const one of measured) {
    const { app, outage, settings, invalid } = one;
    if (invalid !== undefined || !isSettingName(settings)) continue;
    const key = keyOf({ app, outage: outage.kind, seconds: outage.seconds, settings });
    cells.set(key, [...(cells.get(key) ?? []), one]);
  }
  return [...cells.values()].map(cellOf);
}

const isSettingName = (name: string): name is MeasuredCell['settings'] => settingNames.some((known) => known === name);

function cellOf(runs: readonly Measured[]): MeasuredCell {
  const [first] = runs;
  if (first === undefined || !isSettingName(first.settings)) throw new Error('a cell has runs');
  const of = (signal: MeasuredSignal): Count[] => runs.map((run) => run[signal]);
  return {
    app: first.app,
    outage: first.outage.kind,
    seconds: first.outage.seconds,
    settings: first.settings,
    traces: of('traces'),
    logs: of('logs'),
    metrics: of('metrics'),
    duplicates: runs.map(({ duplicates }) => duplicates),
  };
}

/** What one program run adds to a file: some cells, or times to exit, or the check for harm. */
export type Figures = Omit<Measurements, 'cells' | 'exits' | 'harm'> & Partial<Measurements>;

/**
 * New figures in place of those of the same cells. Older cells of an app stay as long as its version and variables are the
 * same, since a figure that no present setting gives is no evidence.
 */
export function merged(older: Measurements, figures: Figures): Measurements {
  const newer = { ...nothing, ...figures };
  const replaced = new Set(newer.cells.map(keyOf));
  const isCurrent = (app: string): boolean =>
    newer.apps[app] === undefined || JSON.stringify(newer.apps[app]) === JSON.stringify(older.apps[app]);
  const isSameMethod = older.rate === newer.rate && older.metricIntervalMs === newer.metricIntervalMs;
  const kept = isSameMethod ? older.cells.filter((cell) => !replaced.has(keyOf(cell)) && isCurrent(cell.app)) : [];
  const apps: Record<string, MeasuredApp> = { ...older.apps, ...newer.apps };
  const cells = [...kept, ...newer.cells];
  const exits = [
    ...older.exits.filter(({ app }) => isCurrent(app) && !newer.exits.some((one) => one.app === app)),
    ...newer.exits,
  ];
  const used = Object.keys(apps).filter((name) => [...cells, ...exits].some(({ app }) => app === name));
  return {
    ...older,
    ...newer,
    harm: figures.harm ?? older.harm,
    apps: Object.fromEntries(used.map((name) => [name, apps[name] as MeasuredApp])),
    exits: exits.toSorted((a, b) => used.indexOf(a.app) - used.indexOf(b.app)),
    cells: inOrder(cells, used),
  };
}

const nothing = { cells: [], exits: [], harm: { comparisons: 0, differences: [] } } as const;

const keyOf = ({ app, outage, seconds, settings }: Pick<MeasuredCell, 'app' | 'outage' | 'seconds' | 'settings'>) =>
  `${app} ${outage} ${seconds} ${settings}`;

function inOrder(cells: readonly MeasuredCell[], apps: readonly string[]): MeasuredCell[] {
  const kinds = Object.keys(outageKinds);
  const rank = ({ app, outage, seconds, settings }: MeasuredCell): number[] => [
    apps.indexOf(app),
    kinds.indexOf(outage),
    seconds,
    settingNames.indexOf(settings),
  ];
  return [...cells].sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    const i = first.findIndex((value, index) => value !== second[index]);
    return (first[i] ?? 0) - (second[i] ?? 0);
  });
}

/** The file with one line for each app, time to exit and cell, so that a change can be read. */
export function fileText({ apps, exits, cells, ...about }: Measurements): string {
  const head = Object.entries(about).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`);
  const appLines = Object.entries(apps).map(([name, app]) => `    ${JSON.stringify(name)}: ${JSON.stringify(app)}`);
  const lines = (list: readonly unknown[]) => list.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
  return `{
${head.join('')}  "apps": {
${appLines.join(',\n')}
  },
  "exits": [
${lines(exits)}
  ],
  "cells": [
${lines(cells)}
  ]
}
`;
}

/** Puts figures into a file of measurements, or begins one. */
export async function addTo(file: string, figures: Figures): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const older = text === undefined ? { ...nothing, ...figures } : (JSON.parse(text) as Measurements);
  await writeFile(file, fileText(merged(older, figures)));
}
