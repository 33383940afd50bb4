import { injectionHash } from '../config/hash.ts';
import { describeObject } from '../manifest/objects.ts';
import { type UninjectedWorkload, uninjectManifests } from '../manifest/uninject.ts';
import type { CommandSpec } from './command.ts';
import { addInputOption, readSources } from './input.ts';
import type { Io } from './io.ts';
import { addNamespaceOption, addOutputOption, manifestOptions, render } from './output.ts';
import { addSettingsOptions, readSettings } from './settings.ts';
import { count, painter, table } from './words.ts';

/** `uninject`: takes out of manifests what inject put in. */
export const uninject: CommandSpec = {
  name: 'uninject',
  summary: 'take out of manifests exactly what inject put in',
  configure(command) {
    addInputOption(command);
    addNamespaceOption(command);
    addOutputOption(command);
    addSettingsOptions(command);
  },
  async run(options, _args, io) {
    const { settings } = await readSettings(options, io);
    const sources = await readSources(options, io);
    const { workloads, ...rest } = uninjectManifests(sources, manifestOptions(options, settings, io));
    const { text, differs } = render(options['output'], { verb: 'uninjected', workloads, ...rest });
    io.stdout.write(text);
    report(workloads, injectionHash(settings), io);
    return differs || workloads.some(isIncomplete) ? 1 : 0;
  },
};

function isIncomplete({ removal }: UninjectedWorkload): boolean {
  return removal.containers.some(({ kept, problem }) => kept.length > 0 || problem !== undefined);
}

function report(workloads: readonly UninjectedWorkload[], config: string, io: Io): void {
  const paint = painter(io);
  const write = (line: string) => void io.stderr.write(`${line}\n`);
  for (const { removal, ...object } of workloads) {
    write(paint('bold', describeObject(object)));
    for (const line of containerLines(removal)) write(`  ${line.startsWith('!') ? paint('yellow', line) : line}`);
    const { injectedBy } = removal;
    if (injectedBy.config !== config) {
      write(
        `  ${paint('yellow', '!')} injected by version ${injectedBy.version} with other settings (${injectedBy.config}, these are ${config}): give the same --config to find all entries`,
      );
    }
  }
  const removed = workloads.flatMap(({ removal }) => removal.containers).filter(({ remove }) => remove.length > 0);
  if (workloads.length === 0) write('nothing in the input was injected');
  else write(`${count(removed.length, 'container')} uninjected in ${count(workloads.length, 'workload')}`);
}

function containerLines({ containers }: UninjectedWorkload['removal']): string[] {
  return table(
    containers.map(({ name, remove, kept, problem }) => {
      const isComplete = kept.length === 0 && problem === undefined;
      const taken = count(remove.length, 'variable');
      const left = kept.length > 0 ? `kept ${kept.join(', ')}: not what inject writes` : '';
      const why = problem === undefined ? '' : `cannot tell what is ours: ${problem}`;
      return [`${isComplete ? '√' : '!'} ${name}`, `removed ${taken}`, [left, why].filter(Boolean).join('; ')];
    }),
  );
}
