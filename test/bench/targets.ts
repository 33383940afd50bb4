import type { ColdStart } from './cold-start.ts';
import { bare, go, webhook } from './contenders.ts';
import { ratioTo, speed } from './report.ts';
import type { SizeResult } from './rounds.ts';
import type { SoakPoint } from './soak.ts';
import { figure, table } from './table.ts';

export interface Target {
  name: string;
  unit: string;
  bound: { atLeast: number } | { below: number };
  /** Undefined when this run did not measure it. */
  got: number | undefined;
}

export interface Measured {
  sizes: readonly SizeResult[];
  coldStarts: readonly ColdStart[];
  soak: readonly SoakPoint[];
}

/** What the webhook is meant to reach, next to what it reached. */
export function targets({ sizes, coldStarts, soak }: Measured): Target[] {
  const small = sizes.find(({ size }) => size.name === '6k');
  const ours = small?.servers.find(({ server }) => server === webhook);
  const memory = soak.at(-1) ?? ours;
  const start = coldStarts.find(({ server }) => server === webhook);
  return [
    { name: 'speed against bare node:https, 6 KiB', unit: 'x', bound: { atLeast: 0.85 }, got: speedRatio(small, bare) },
    { name: 'speed against Go, 6 KiB', unit: 'x', bound: { atLeast: 3.5 }, got: speedRatio(small, go) },
    {
      name: `memory after ${memory?.reviews ?? 'some'} reviews`,
      unit: 'MiB',
      bound: { below: 110 },
      got: memory?.rssMiB,
    },
    { name: 'listening', unit: 'ms', bound: { below: 300 }, got: start?.listeningMs },
  ];
}

/** With 16 connections: under less, part of the time is spent waiting for the generator. */
function speedRatio(result: SizeResult | undefined, other: string): number | undefined {
  const ours = result?.series.find(({ server, connections }) => server === webhook && connections === 16);
  return result === undefined || ours === undefined ? undefined : ratioTo(result.series, ours, other, speed);
}

/** The last section: each target met or missed, and by how much of itself. */
export function targetReport(found: readonly Target[]): string {
  const rows = found.map(({ name, unit, bound, got }) => {
    const [word, value, met] =
      'atLeast' in bound
        ? ['at least', bound.atLeast, (got ?? 0) >= bound.atLeast]
        : ['below', bound.below, (got ?? 0) < bound.below];
    const wanted = `${word} ${value} ${unit}`;
    if (got === undefined || Number.isNaN(got)) return [name, wanted, 'not measured', ''];
    const by = `${Math.abs((got / value - 1) * 100).toFixed(0)} %`;
    return [name, wanted, `${figure(got)} ${unit}`, `${met ? 'met' : 'MISSED'} by ${by}`];
  });
  return `\nTargets\n${table(rows, 4)}`;
}
