import { Option } from 'commander';
import { injectionHash } from '../config/hash.ts';
import type { LoadedSettings } from '../config/load.ts';
import { NodelocalError } from '../errors.ts';
import { explainPod } from '../explain/pod.ts';
import { findWorkloads } from '../manifest/workloads.ts';
import type { CommandSpec } from './command.ts';
import { type ExplainedWorkload, explanationText } from './explanation-text.ts';
import { addInputOption, readSources } from './input.ts';
import type { Io } from './io.ts';
import { addNamespaceOption } from './output.ts';
import { addSettingsOptions, readSettings } from './settings.ts';
import { painter } from './words.ts';

/** `explain`: what would be injected into each container, where every value comes from, and why. */
export const explain: CommandSpec = {
  name: 'explain',
  summary: 'say what each container of manifests would get, and why or why not',
  configure(command) {
    addInputOption(command);
    addNamespaceOption(command);
    const description = 'text for people, json for scripts (docs/explain.md)';
    command.addOption(new Option('-o, --output <format>', description).choices(['text', 'json']).default('text'));
    addSettingsOptions(command);
    command.allowExcessArguments(); // For a better answer than that there are too many.
  },
  async run(options, args, io) {
    refuseArguments(args, options['namespace']);
    const loaded = await readSettings(options, io);
    const stamp = { version: io.version, config: injectionHash(loaded.settings) };
    const workloads = await explained(options, loaded, stamp, io);
    if (options['output'] === 'json') {
      io.stdout.write(`${JSON.stringify({ ...stamp, workloads }, null, 2)}\n`);
    } else {
      io.stdout.write(explanationText(workloads, painter(io, 'stdout')));
      for (const line of remarks(workloads)) io.stderr.write(`${line}\n`);
    }
    return 0;
  },
};

async function explained(
  options: Readonly<Record<string, unknown>>,
  { settings, sources }: LoadedSettings,
  stamp: { version: string; config: string },
  io: Io,
): Promise<ExplainedWorkload[]> {
  const inputs = await readSources(options, io);
  const found = findWorkloads(inputs, { settings, namespace: String(options['namespace']) });
  const context = { settings, stamp, source: (key: 'protocol' | 'endpoint.mode') => sources.get(key) ?? 'default' };
  return found.map(({ template, facts, ...object }) => ({ ...object, ...explainPod(template, facts, context) }));
}

/** Somebody who names a thing without -f means a file or, as with kubectl, an object of a cluster. */
function refuseArguments(args: readonly string[], namespace: unknown): void {
  const [first] = args;
  if (first === undefined) return;
  if (first === '-' || /\.(ya?ml|json)$|^[./]|\/$/.test(first)) {
    throw new NodelocalError('bad-usage', `files are named with -f: nodelocal-otlp explain -f ${first}`);
  }
  const named = args.length > 1 || first.includes('/') ? args.join(' ') : `pod ${first}`;
  const where = namespace === 'default' ? '' : ` -n ${String(namespace)}`;
  throw new NodelocalError(
    'bad-usage',
    `cannot explain ${args.join(' ')}: objects of a cluster cannot be named yet, only manifests with -f\n` +
      `For now: kubectl get ${named}${where} -o yaml | nodelocal-otlp explain -f -`,
  );
}

/** What a person should know about the input as a whole. */
function remarks(workloads: readonly ExplainedWorkload[]): string[] {
  if (workloads.length === 0) return ['no workloads in the input'];
  const assumed = new Set(workloads.flatMap((one) => (one.isNamespaceKnown ? [] : one.namespace)));
  if (assumed.size === 0) return [];
  const [which, verb] = [[...assumed].join(', '), assumed.size === 1 ? 'is' : 'are'];
  return [`note: Namespace ${which} ${verb} not in the input: taken as labelled nodelocal-otlp.dev/inject: enabled`];
}
