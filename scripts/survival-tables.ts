import {
  exitSettings,
  type MeasuredExit,
  type MeasuredCell,
  type Measurements,
  type MeasuredSignal,
  median,
  medianLost,
  type OutageKind,
  outageKinds,
  settingNames,
} from '../src/retry/measurements.ts';

const kinds = Object.keys(outageKinds) as OutageKind[];

/** A row for each app and kind of outage, a column for each length: lost and produced, with defaults and with the injected settings. */
export function lossTable(measurements: Measurements, signals: readonly MeasuredSignal[]): string {
  const { cells } = measurements;
  const lengths = [...new Set(cells.map(({ seconds }) => seconds))].sort((a, b) => a - b);
  const head = `| SDK | outage | ${lengths.map((length) => `${length} s`).join(' | ')} |`;
  const rows = Object.keys(measurements.apps).flatMap((app) =>
    kinds
      .map((kind) => ({ kind, ofKind: cells.filter((cell) => cell.app === app && cell.outage === kind) }))
      .filter(({ ofKind }) => ofKind.length > 0)
      .map(
        ({ kind, ofKind }) =>
          `| ${app} | ${kind} | ${lengths.map((length) => both(ofKind, length, signals)).join(' | ')} |`,
      ),
  );
  return [head, `|---|---|${'---|'.repeat(lengths.length)}`, ...rows].join('\n');
}

function both(cells: readonly MeasuredCell[], seconds: number, signals: readonly MeasuredSignal[]): string {
  const texts = settingNames.map((settings) => {
    const cell = cells.find((one) => one.seconds === seconds && one.settings === settings);
    return cell && lostOf(cell, signals);
  });
  return texts.some((text) => text === undefined) ? '' : texts.join(' → ');
}

/** `12/1004`: the median of what the runs lost, of the median of what they produced, over the signals. */
function lostOf(cell: MeasuredCell, signals: readonly MeasuredSignal[]): string {
  const [produced, lost] = [0, 1].map((part) =>
    median(cell.duplicates.map((_, run) => signals.reduce((sum, signal) => sum + (cell[signal][run]?.[part] ?? 0), 0))),
  );
  return `${lost}/${produced}`;
}

/** What each SDK lost over all outages: the gain of the injected settings in one line. */
export function gainTable({ apps, cells }: Measurements): string {
  const rows = Object.keys(apps).map((app) => {
    const [before, after] = settingNames.map((settings) => {
      const own = cells.filter((cell) => cell.app === app && cell.settings === settings);
      return {
        lost: own.reduce((sum, cell) => sum + medianLost(cell), 0),
        survived: survivedText(own),
      };
    });
    return `| ${app} | ${before?.lost} → ${after?.lost} | ${before?.survived} | ${after?.survived} |`;
  });
  const head =
    '| SDK | spans and log records lost, all outages together | survives with defaults: refused; no answer | with the injected settings |';
  return [head, '|---|---|---|---|', ...rows].join('\n');
}

function survivedText(cells: readonly MeasuredCell[]): string {
  return (['refused', 'dropped'] as const)
    .map((kind) => longest(cells.filter(({ outage }) => outage === kind)))
    .join('; ');
}

function longest(cells: readonly MeasuredCell[]): string {
  const sorted = [...cells].sort((a, b) => a.seconds - b.seconds);
  const first = sorted.findIndex((cell) => medianLost(cell) > 0);
  if (first === 0) return `not ${sorted[0]?.seconds} s`;
  const survived = sorted[first === -1 ? sorted.length - 1 : first - 1]?.seconds;
  return survived === undefined
    ? '–'
    : first === -1
      ? `${survived} s or more`
      : `${survived} s, not ${sorted[first]?.seconds} s`;
}

/** Which releases, and what each was given beyond `commonVariables`. */
export function versionTable(measurements: Measurements): string {
  const common = new Set(commonVariables(measurements));
  const rows = Object.entries(measurements.apps).map(([app, { version, language, transport, variables }]) => {
    const own = assignments(variables.injected).filter((text) => !common.has(text));
    return `| ${app} | ${language}, ${transport} | ${version} | ${own.join(' ')} |`;
  });
  return ['| SDK | row of the profile table | version | for its language |', '|---|---|---|---|', ...rows].join('\n');
}

/** What every app was given, as it would be written down. */
export function commonVariables({ apps }: Measurements): string[] {
  const [first = [], ...others] = Object.values(apps).map(({ variables }) => assignments(variables.injected));
  return first.filter((text) => others.every((other) => other.includes(text)));
}

const assignments = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `\`${name}=${value}\``);

/** Seconds from the end of a short-lived program to its exit: defaults, run-to-completion, injected. */
export function exitTable({ exits }: Measurements): string {
  const apps = [...new Set(exits.map(({ app }) => app))];
  const text = (app: string, outage: MeasuredExit['outage']) => {
    const seconds = exits.find((exit) => exit.app === app && exit.outage === outage)?.seconds;
    return exitSettings.map((name) => seconds?.[name] ?? '–').join(' / ');
  };
  const rows = apps.map((app) => `| ${app} | ${text(app, 'refused')} | ${text(app, 'dropped')} |`);
  return ['| SDK | refused | no answer |', '|---|---|---|', ...rows].join('\n');
}
