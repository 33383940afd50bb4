import type { ColdStart } from './cold-start.ts';
import { bare } from './contenders.ts';
import { busyLimit, connectionCounts, type Sample, type Series, type SizeResult } from './rounds.ts';
import { median, medianRatio } from './statistics.ts';
import { figure, table } from './table.ts';

/** One table for one size; figures are medians of the rounds, and each ratio is the median of the rounds' ratios. */
export function sizeReport({ size, series, servers }: SizeResult): string {
  const header = ['conn', 'server', 'req/s', 'x bare', 'p50 ms', 'p99 ms', 'CPU us/req', 'x bare', 'RSS MiB'];
  const rows = series.map((each) => [
    String(each.connections),
    each.server,
    figure(median(each.samples.map(speed))),
    figure(ratioTo(series, each, bare, speed)),
    figure(median(each.samples.map(({ p50Ms }) => p50Ms))),
    figure(median(each.samples.map(({ p99Ms }) => p99Ms))),
    figure(median(each.samples.map(cpu))),
    figure(ratioTo(series, each, bare, cpu)),
    each.connections === connectionCounts.at(-1)
      ? figure(servers.find(({ server }) => server === each.server)?.rssMiB)
      : '',
  ]);
  const title = `${size.bytes / 1024} KiB reviews, containers: ${size.containers}, variables added: ${servers[0]?.variables}`;
  return `\n${title}\n${table([header, ...rows], 2)}${remarks(series, servers)}`;
}

export const speed = (sample: Sample): number => sample.requestsPerSecond;
const cpu = (sample: Sample): number => sample.cpuMicrosPerRequest ?? Number.NaN;

/** The median over the rounds of this series' value over the other server's; NaN when there is no such server. */
export function ratioTo(
  all: readonly Series[],
  one: Series,
  server: string,
  value: (sample: Sample) => number,
): number {
  const base = all.find((each) => each.server === server && each.connections === one.connections);
  return medianRatio(one.samples.map(value), base?.samples.map(value) ?? []);
}

/** What makes the figures of this table doubtful, each in one line. */
function remarks(series: readonly Series[], servers: SizeResult['servers']): string {
  const counts = servers.map(({ server, variables }) => `${server} ${variables}`);
  const unequal = new Set(servers.map(({ variables }) => variables)).size > 1;
  const busy = Math.max(...series.flatMap(({ samples }) => samples.map((sample) => sample.busy)));
  return [
    unequal ? `  not the same work, variables added: ${counts.join(', ')}; see variables.ts\n` : '',
    busy > busyLimit ? `  the load generator used up to ${Math.round(busy * 100)} % of its core\n` : '',
  ].join('');
}

export function coldStartReport(starts: readonly ColdStart[], count: number): string {
  const header = ['server', 'listening ms', 'first answer ms', 'CPU ms', 'RSS MiB'];
  const rows = starts.map((start) => [
    start.server,
    figure(start.listeningMs),
    figure(start.answeredMs),
    figure(start.cpuMs),
    figure(start.rssMiB),
  ]);
  return `\nCold start, from spawn (median of ${count})\n${table([header, ...rows], 1)}`;
}
