import {
  type MeasuredCell,
  type Measurements,
  median,
  medianLost,
  type OutageKind,
  type SettingName,
} from '../src/retry/measurements.ts';

/** What the plot shows: one panel for each of these kinds. */
const panels: readonly { kind: OutageKind; title: string; under: string }[] = [
  { kind: 'refused', title: 'refused', under: 'nobody listens' },
  { kind: 'dropped', title: 'no answer', under: 'packets are swallowed' },
  { kind: 'reset', title: 'reset', under: 'each request is cut off' },
  { kind: 'unavailable', title: 'overloaded', under: '503, UNAVAILABLE' },
];

const width = 960;
const left = 118;
const panelWidth = 186;
const panelGap = 20;
const top = 118;
const rowHeight = 26;

/**
 * An SVG of what each app lost in outages of one length: two dots a row, SDK defaults and injected settings, on an axis of
 * seconds' worth of spans and log records.
 *
 * @param seconds the length to show
 */
export function survivalPlot(measurements: Measurements, seconds: number): string {
  const apps = newestOf(measurements).filter((app) =>
    panels.some(({ kind }) => find(measurements, app, kind, seconds)),
  );
  const height = top + apps.length * rowHeight + 54;
  const longest = Math.max(
    seconds,
    ...apps.flatMap((app) => panels.flatMap(({ kind }) => lostIn(measurements, app, kind, seconds))),
  );
  const scale = (lost: number) => (lost / (longest * 1.04)) * panelWidth;
  const text = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" role="img" aria-labelledby="title desc">`,
    `<title id="title">What SDKs lose in an outage of ${seconds} s</title>`,
    `<desc id="desc">For each SDK and kind of outage, the seconds' worth of spans and log records that were lost, with the SDK's defaults and with the injected settings. The figures stand in the table of docs/sdk-survival.md.</desc>`,
    style,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text class="head" x="16" y="30">Telemetry lost in an outage of ${seconds} s</text>`,
    legend(),
    ...apps.map((app, row) => rowOf(app, row)),
    ...panels.map(({ title, under, kind }, index) =>
      panel(
        { title, under, index, rows: apps.length, seconds, longest, scale },
        apps.map((app) => pairOf(measurements, app, kind, seconds)),
      ),
    ),
    `<text class="small" x="${left}" y="${height - 10}">seconds' worth of spans and log records that never arrived; the line is the outage's length. Median of ${runsOf(measurements)} runs, ${measurements.date}.</text>`,
    '</svg>',
  ];
  return `${text.join('\n')}\n`;
}

// The oldest releases would double the plot and say little more; they stand in the table.
const newestOf = ({ apps }: Measurements): string[] => Object.keys(apps).filter((app) => !app.endsWith('-oldest'));

const style = `<style>
text { fill: #0f172a }
.head { font-size: 17px; font-weight: 600 }
.panel { font-weight: 600 }
.small { font-size: 11.5px; fill: #475569 }
.row { stroke: #e2e8f0 }
.grid { stroke: #e2e8f0 }
.outage { stroke: #94a3b8; stroke-dasharray: 4 3 }
.pair { stroke: #94a3b8; stroke-width: 2 }
.defaults { fill: #fff; stroke: #c2410c; stroke-width: 2 }
.injected { fill: #1d4ed8 }
</style>`;

function legend(): string {
  return `<circle class="defaults" cx="22" cy="53" r="5"/><text x="34" y="57">SDK defaults</text>
<circle class="injected" cx="136" cy="53" r="4.5"/><text x="148" y="57">with the injected settings</text>`;
}

const yOf = (row: number): number => top + row * rowHeight + rowHeight / 2;

function rowOf(app: string, row: number): string {
  const y = yOf(row);
  return `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${app}</text>`;
}

interface Panel {
  readonly title: string;
  readonly under: string;
  readonly index: number;
  readonly rows: number;
  readonly seconds: number;
  readonly longest: number;
  readonly scale: (lost: number) => number;
}

type Pair = Readonly<Record<SettingName, number>> | undefined;

function panel({ title, under, index, rows, seconds, longest, scale }: Panel, pairs: readonly Pair[]): string {
  const x = left + index * (panelWidth + panelGap);
  const bottom = top + rows * rowHeight;
  const ticks = Array.from({ length: Math.floor(longest / 10) + 1 }, (_, i) => i * 10);
  return [
    `<g transform="translate(${x} 0)">`,
    `<text class="panel" y="${top - 28}">${title}</text><text class="small" y="${top - 12}">${under}</text>`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${round(scale(tick))}" x2="${round(scale(tick))}" y1="${top}" y2="${bottom}"/><text class="small" x="${round(scale(tick))}" y="${bottom + 16}" text-anchor="middle">${tick}</text>`,
    ),
    `<line class="outage" x1="${round(scale(seconds))}" x2="${round(scale(seconds))}" y1="${top}" y2="${bottom}"/>`,
    ...pairs.map((pair, row) => (pair === undefined ? '' : dots(pair, yOf(row), scale))),
    '</g>',
  ].join('\n');
}

function dots({ defaults, injected }: Readonly<Record<SettingName, number>>, y: number, scale: Panel['scale']): string {
  const [from, to] = [round(scale(defaults)), round(scale(injected))];
  const line = from === to ? '' : `<line class="pair" x1="${from}" x2="${to}" y1="${y}" y2="${y}"/>`;
  return `${line}<circle class="defaults" cx="${from}" cy="${y}" r="6"/><circle class="injected" cx="${to}" cy="${y}" r="4"/>`;
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** Undefined unless it was measured with both settings. */
function pairOf(measurements: Measurements, app: string, kind: OutageKind, seconds: number): Pair {
  const cells = find(measurements, app, kind, seconds);
  return cells && { defaults: secondsLost(measurements, cells[0]), injected: secondsLost(measurements, cells[1]) };
}

function lostIn(measurements: Measurements, app: string, kind: OutageKind, seconds: number): number[] {
  const pair = pairOf(measurements, app, kind, seconds);
  return pair === undefined ? [] : [pair.defaults, pair.injected];
}

function find(
  { cells }: Measurements,
  app: string,
  kind: OutageKind,
  seconds: number,
): [MeasuredCell, MeasuredCell] | undefined {
  const [defaults, injected] = (['defaults', 'injected'] as const).map((settings) =>
    cells.find(
      (cell) => cell.app === app && cell.outage === kind && cell.seconds === seconds && cell.settings === settings,
    ),
  );
  return defaults && injected && [defaults, injected];
}

/** Each app produces as many log records as spans. */
const secondsLost = ({ rate }: Measurements, cell: MeasuredCell): number => medianLost(cell) / (2 * rate);

const runsOf = ({ cells }: Measurements): number => median(cells.map(({ traces }) => traces.length));
