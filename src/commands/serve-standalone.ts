import { once } from 'node:events';
import path from 'node:path';
import { reviewPath } from '../admission/app.ts';
import { type DevelopmentCertificate, developmentCertificate } from '../certs/development.ts';
import type { LoadedSettings } from '../config/load.ts';
import { NodelocalError } from '../errors.ts';
import { createLog } from '../log.ts';
import { startWebhook, type Webhook } from '../server/webhook.ts';
import type { Io } from './io.ts';
import { offlineContext } from './offline-context.ts';

/** Runs the webhook without a cluster, on a certificate of its own, and prints a line to call it with. */
export async function serveStandalone({ settings, sources }: LoadedSettings, io: Io): Promise<void> {
  const { signal } = io; // From here on a signal is not lost.
  if (settings.tls.certFile !== '' || settings.tls.keyFile !== '') {
    throw new NodelocalError(
      'bad-settings',
      'tls.certFile and tls.keyFile do not go with --standalone, which makes its own',
    );
  }
  const certificate = await developmentCertificate(path.resolve(io.cwd, settings.tls.developmentDir), new Date());
  const webhook = await startWebhook({
    context: offlineContext(settings, io.version, () => performance.now()),
    log: createLog(io.stderr, settings.log.level),
    server: settings.server,
    certificate,
    waitingFor: () => [],
  });
  io.stderr.write(greeting(webhook, certificate, io));
  if (!signal.aborted) await once(signal, 'abort');
  // Nothing routes to a standalone webhook, so only a person who asked for a drain waits for one.
  await webhook.stop(sources.get('server.drain') === 'default' ? 0 : settings.server.drain.ms);
}

function greeting({ port, metricsPort }: Webhook, certificate: DevelopmentCertificate, io: Io): string {
  const url = `https://localhost:${port}${reviewPath}`;
  const authorityFile = shellPath(certificate.authorityFile, io.cwd);
  const example = shellPath(path.join(io.packageRoot, 'docs/examples/review.json'), io.cwd);
  return [
    `nodelocal-otlp ${io.version}, standalone: no cluster is asked`,
    ...certificate.made.map((what) => `made ${what}, in ${path.dirname(certificate.authorityFile)}`),
    `webhook ${url}`,
    `health  http://localhost:${metricsPort}/readyz`,
    'try it:',
    `  curl --cacert ${authorityFile} -H 'content-type: application/json' --data-binary @${example} ${url}`,
    '',
  ].join('\n');
}

/** As a person would type it: relative to where they are, if it is below, and quoted where a shell needs it. */
function shellPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  const shortest = relative.startsWith('..') ? file : relative;
  return /^[\w./@%+=:,-]+$/.test(shortest) ? shortest : `'${shortest.replaceAll("'", String.raw`'\''`)}'`;
}
