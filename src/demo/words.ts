import type { EnvVar } from '../inject/pod.ts';
import { type Account, lostBy } from './account.ts';
import type { Outage } from '../retry/outage.ts';
import { type AppName, appNames, type Restart, setByHand, spansPerSecond } from './scenario.ts';

// All that the demo says, for a terminal of 80 columns. A heading begins with its number, all else is indented.
// test/demo/words.test.ts shows the whole of it.

export interface Introduction {
  /** The agent's name and version; undefined is the built-in one. */
  readonly collector: string | undefined;
  /** Collectors that were found and cannot be the agent, and why. */
  readonly unusable: readonly string[];
}

export function introduction({ collector, unusable }: Introduction): string[] {
  const standIns = [
    '  stand-ins  for the Service that leads to the agent, for the backend, and for',
    '             the agent: there is no Collector (otelcol-k8s, otelcol-contrib or',
    '             otelcol in PATH, or --collector FILE)',
  ];
  return [
    'nodelocal-otlp gives each new pod the OTLP address of its own node, and the',
    'retry and buffer settings that its SDK obeys. Seen here without a cluster:',
    '  real       the webhook, a recorded request of an API server, two Node.js apps',
    `             with the OpenTelemetry SDK${collector === undefined ? '' : `, the agent (${collector})`}`,
    ...(collector === undefined
      ? standIns
      : ['  stand-ins  for the Service that leads to the agent, and for the backend']),
    ...unusable.map((line) => `  not used   ${line}`),
  ];
}

/** What the webhook gave the container of the pod. */
export interface Injection {
  readonly url: string;
  readonly milliseconds: number;
  readonly variables: readonly EnvVar[];
  /** The outage that the webhook says the container survives where connections are refused. */
  readonly refused: Outage | undefined;
  /** What the endpoint would be in a cluster. */
  readonly clusterEndpoint: string;
}

export function injection({ url, milliseconds, variables, refused, clusterEndpoint }: Injection): string[] {
  const survived = refused?.typical ?? refused?.atLeast;
  return [
    '',
    '1. A pod is created. The API server asks the webhook, over TLS.',
    `   ${url} answers in ${Math.ceil(milliseconds)} ms: the container gets`,
    ...variables.map(({ name, value = '' }) => `     ${name}=${value}`),
    `   In a cluster the endpoint is ${clusterEndpoint};`,
    '   there is no such name here, so the webhook is set to give an address.',
    ...(survived === undefined
      ? []
      : [
          `   With these it survives about ${Math.round(survived.ms / 1000)} s without an agent (${refused?.evidence}).`,
        ]),
  ];
}

export function apps(variables: readonly EnvVar[]): string[] {
  return [
    '',
    `2. Two apps start, each producing ${spansPerSecond} numbered spans a second.`,
    `   injected   has these ${variables.length} variables`,
    `   defaults   has the first ${setByHand.length} only, as if set by hand`,
    '',
    '3. The agent restarts under load: once as a rollout, once with a gap.',
    '                     defaults               injected',
    '     time   agents   produced   delivered   produced   delivered',
  ];
}

/** One line of progress: for each app, in the order of `appNames`, the spans produced and delivered. */
export function progress(seconds: number, agents: number, figures: readonly number[]): string {
  const columns = figures.map((figure, i) => grouped(figure).padStart([11, 12, 11, 12][i] ?? 0));
  return `   ${`${seconds} s`.padStart(6)}${String(agents).padStart(9)}${columns.join('')}`;
}

const restartNames: Readonly<Record<Restart, string>> = {
  surge: 'rollout, new one first',
  gap: 'gap of ',
};

/** The table: data, for stdout. */
export function table(accounts: readonly Account[], gapSeconds: number): string[] {
  const names = { ...restartNames, gap: `${restartNames.gap}${gapSeconds.toFixed(1)} s` };
  const rows = accounts.map((account, i) => [
    accounts[i - 1]?.restart === account.restart ? '' : names[account.restart],
    account.app,
    ...[account.produced, account.delivered, account.refused, account.lost].map(grouped),
  ]);
  const head = ['agent restarted', 'app', 'produced', 'delivered', 'refused', 'lost'];
  const widths = [24, 10, 10, 11, 9, 8];
  return [head, ...rows].map((row) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(''),
  );
}

/** What the table means. */
export function conclusion(accounts: readonly Account[], gapSeconds: number): string[] {
  const rollout = accounts.filter(({ restart }) => restart === 'surge').reduce((sum, { lost }) => sum + lost, 0);
  return [
    '(refused: exports that found no agent; lost: spans that never arrived)',
    '',
    rollout === 0
      ? 'The rollout lost nothing: the DaemonSet starts the new agent first.'
      : `The rollout lost ${spans(rollout)}, which it must not: please report it.`,
    `The gap of ${gapSeconds.toFixed(1)} s:`,
    ...appNames.map((app) => `  ${app}  ${lossOf(accounts, app)}`),
    ...verdict(accounts),
    'What your own pods would get: nodelocal-otlp explain -f FILE',
  ];
}

function lossOf(accounts: readonly Account[], app: AppName): string {
  const gap = accounts.find((account) => account.restart === 'gap' && account.app === app);
  if (gap === undefined || gap.lost === 0) return 'lost nothing: its queue and its retries lasted';
  const { lost, dropped } = gap;
  if (dropped === 0) return `lost ${spans(lost)} that ran out of retries`;
  if (dropped >= lost) return `lost ${spans(lost)} that did not fit its queue`;
  return `lost ${grouped(lost)}: ${grouped(dropped)} did not fit its queue, ${grouped(lost - dropped)} ran out of retries`;
}

function verdict(accounts: readonly Account[]): string[] {
  return lostBy(accounts, 'injected') > lostBy(accounts, 'defaults')
    ? ['The injected settings lost more than the defaults here: please report it.']
    : [];
}

const spans = (number: number): string => `${grouped(number)} ${number === 1 ? 'span' : 'spans'}`;

const grouped = (number: number): string => number.toLocaleString('en-US');
