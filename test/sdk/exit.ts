import { exitSettings, type MeasuredExit, median } from '../../src/retry/measurements.ts';
import type { Network } from '../lab/network.ts';
import { limited } from './limited.ts';
import type { BuiltApp } from './matrix-apps.ts';
import { aligned } from './report.ts';
import { RunningApp } from './running-app.ts';
import { injected } from './settings.ts';

const outages = ['refused', 'dropped'] as const;

/** `completion` is what an init container or a Job gets. */
const settings = {
  defaults: (app: BuiltApp, host: string) => injected(app, host).endpoint,
  completion: (app: BuiltApp, host: string) => everything(injected({ ...app, runsToCompletion: true }, host)),
  injected: (app: BuiltApp, host: string) => everything(injected(app, host)),
} as const satisfies Record<(typeof exitSettings)[number], unknown>;

const everything = ({ endpoint, retry }: ReturnType<typeof injected>) => ({ ...endpoint, ...retry });

/** Lets each app live for a second and measures how long it takes to end from then on. */
export async function measureExits(network: Network, apps: readonly BuiltApp[], runs: number): Promise<MeasuredExit[]> {
  const refused = await network.addPod('refused');
  const dropped = await network.addPod('dropped');
  await dropped.cut();
  const pods = { refused, dropped };
  const places = limited(together);
  const medianOf = async (app: BuiltApp, variables: Readonly<Record<string, string>>): Promise<number> => {
    const times = Array.from({ length: runs }, () => places(() => timeToExit(network, app, variables)));
    return median(await Promise.all(times));
  };
  const exits = await Promise.all(
    apps.flatMap((app) =>
      outages.map(async (outage): Promise<MeasuredExit> => {
        const { ip } = pods[outage];
        const times = await Promise.all(exitSettings.map((name) => medianOf(app, settings[name](app, ip))));
        const [defaults = 0, completion = 0, injected = 0] = times;
        return { app: app.name, outage, seconds: { defaults, completion, injected } };
      }),
    ),
  );
  for (const pod of [refused, dropped]) await pod.dispose();
  return exits;
}

/** Most of them only wait. */
const together = 16;
const livesSeconds = 1;
const limitMs = 300_000;

async function timeToExit(
  network: Network,
  app: BuiltApp,
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  const process = new RunningApp(network, {
    program: app.program,
    name: `${app.name}.exit`,
    variables: { LAB_SECONDS: String(livesSeconds), ...variables },
  });
  const { seconds, produced, exitCode } = await process.endWithin(limitMs);
  if (produced === undefined || exitCode !== 0) throw new Error(`${app.name} did not end by itself: ${exitCode}`);
  return Math.max(0, Math.round((seconds - livesSeconds) * 10) / 10);
}

/** Seconds to exit: SDK defaults, run-to-completion, injected. */
export function exitTable(exits: readonly MeasuredExit[]): string {
  const rows = exits.map(({ app, outage, seconds }) => [
    app,
    outage,
    ...exitSettings.map((name) => `${seconds[name]} s`),
  ]);
  return aligned([['app', 'time to exit while', ...exitSettings], ...rows]);
}
