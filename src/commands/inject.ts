import { handleReview } from '../admission/handler.ts';
import type { Settings } from '../config/settings.ts';
import { NodelocalError } from '../errors.ts';
import { isObject } from '../inject/shape.ts';
import { injectManifests } from '../manifest/inject.ts';
import type { Source } from '../manifest/stream.ts';
import type { CommandSpec } from './command.ts';
import { addInputOption, readSources } from './input.ts';
import type { Io } from './io.ts';
import { offlineContext } from './offline-context.ts';
import { addNamespaceOption, addOutputOption, manifestOptions, render } from './output.ts';
import { reportInjection } from './report.ts';
import { addSettingsOptions, readSettings } from './settings.ts';

/** `inject`: injects manifests offline, or answers a review as the webhook would. */
export const inject: CommandSpec = {
  name: 'inject',
  summary: 'inject manifests, keeping comments and formatting',
  configure(command) {
    addInputOption(command);
    addNamespaceOption(command);
    addOutputOption(command);
    command.option('--review', 'the input is an AdmissionReview (JSON); print the response of the webhook');
    addSettingsOptions(command);
  },
  async run(options, _args, io) {
    const { settings } = await readSettings(options, io);
    const sources = await readSources(options, io);
    if (options['review'] === true) return answerReviews(sources, settings, io);
    const { workloads, ...rest } = injectManifests(sources, manifestOptions(options, settings, io));
    const { text, differs } = render(options['output'], { verb: 'injected', workloads, ...rest });
    io.stdout.write(text);
    reportInjection(workloads, io);
    return differs ? 1 : 0;
  },
};

async function answerReviews(sources: readonly Source[], settings: Settings, io: Io): Promise<number> {
  const context = offlineContext(settings, io.version, () => 0);
  for (const { name, text } of sources) {
    const { body, outcome } = await handleReview(text, context, Number.POSITIVE_INFINITY);
    if (outcome.result === 'malformed') throw new NodelocalError('input-malformed', `${name}: ${outcome.problem}`);
    if (outcome.error !== undefined) throw outcome.error;
    io.stdout.write(`${body}\n`);
    const { request, decision, reason } = outcome;
    const object = {
      kind: 'Pod',
      namespace: request.namespace ?? '',
      name: request.name ?? generateName(request.object),
    };
    const skipped = { containers: [], warnings: [], ...(reason !== undefined && { skipped: reason }) };
    reportInjection([{ ...object, decision: decision ?? skipped }], io);
  }
  return 0;
}

/** Pods of workloads have no name yet, only the stem that the API server will complete. */
function generateName(object: unknown): string {
  const metadata = isObject(object) ? object['metadata'] : undefined;
  const stem = isObject(metadata) ? metadata['generateName'] : undefined;
  return typeof stem === 'string' ? stem : '';
}
