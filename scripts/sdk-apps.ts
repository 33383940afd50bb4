/**
 * Builds the SDK programs that tests start in the network lab, where there is no network to build them with: those named as
 * arguments, else all. Where one cannot be built it says so and exits 0: its tests are then skipped.
 */
import { type AppName, apps, buildApp } from '../test/sdk/apps/build.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);
const names = process.argv.slice(2) as AppName[];
const unknown = names.find((name) => !apps.some((app) => app.name === name));
if (unknown !== undefined) throw new Error(`there is no SDK program named ${unknown}`);
for (const { name } of apps.filter((app) => names.length === 0 || names.includes(app.name))) {
  const built = await buildApp(name, { say });
  say('missing' in built ? `no SDK program: ${built.missing}` : `${name} ${built.version}`);
}
