import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import path from 'node:path';
import { createApp, reviewPath } from '../admission/app.ts';
import type { ReviewContext } from '../admission/handler.ts';
import { type DevelopmentCertificate, developmentCertificate } from '../certs/development.ts';
import { injectionHash } from '../config/hash.ts';
import type { LoadedSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { NodelocalError } from '../errors.ts';
import { createLog, type Log } from '../log.ts';
import { ByteBudget } from '../server/body.ts';
import { createHealthApp } from '../server/health.ts';
import { createListener } from '../server/listener.ts';
import { closeServer, createDrain, createWebhookServer, listen, stopServer } from '../server/server.ts';
import type { CommandSpec } from './command.ts';
import type { Io } from './io.ts';
import { addSettingsOptions, readSettings } from './settings.ts';

/** `serve`: runs the webhook until it is told to stop. */
export const serve: CommandSpec = {
  name: 'serve',
  summary: 'run the webhook',
  configure(command) {
    command.option('--standalone', 'run without a cluster, with a development CA of its own');
    addSettingsOptions(command);
  },
  async run(options, _args, io) {
    if (options['standalone'] !== true) {
      const message =
        'running inside a cluster is not there yet; start it without one: nodelocal-otlp serve --standalone';
      throw new NodelocalError('no-cluster', message);
    }
    await serveStandalone(await readSettings(options, io), io);
    return 0;
  },
};

async function serveStandalone({ settings, sources }: LoadedSettings, io: Io): Promise<void> {
  if (settings.tls.certFile !== '' || settings.tls.keyFile !== '') {
    throw new NodelocalError(
      'bad-settings',
      'tls.certFile and tls.keyFile do not go with --standalone, which makes its own',
    );
  }
  const certificate = await developmentCertificate(path.resolve(io.cwd, settings.tls.developmentDir), new Date());
  const log = createLog(io.stderr, settings.log.level);
  const running = await start(settings, certificate, io.version, log);
  io.stderr.write(greeting(running, certificate, io));
  if (!io.signal.aborted) await once(io.signal, 'abort');
  // Nothing routes to a standalone webhook, so only a person who asked for a drain waits for one.
  await running.stop(sources.get('server.drain') === 'default' ? 0 : settings.server.drain.ms);
}

interface Running {
  readonly port: number;
  readonly metricsPort: number;
  readonly stop: (drainMs: number) => Promise<void>;
}

async function start(
  settings: Settings,
  certificate: DevelopmentCertificate,
  version: string,
  log: Log,
): Promise<Running> {
  const { server } = settings;
  const drain = createDrain(
    createListener({
      context: standaloneContext(settings, version),
      app: createApp(),
      log,
      maxReviewBytes: server.maxReviewSize,
      budget: new ByteBudget(server.maxBufferedSize),
      longestMs: server.requestTimeout.ms,
    }),
  );
  const webhook = createWebhookServer(drain.listener, certificate, server.keepAlive.ms);
  webhook.on('tlsClientError', (err) => log.debug({ err }, 'a TLS handshake failed'));
  const health = createHttpServer(createHealthApp(() => (drain.draining() ? ['the end: it is shutting down'] : [])));
  const metricsPort = await listen(health, server.metricsPort, 'metrics and health');
  const port = await listen(webhook, server.port, 'the webhook').catch(async (error: unknown) => {
    await closeServer(health);
    throw error;
  });
  const stop = async (drainMs: number): Promise<void> => {
    await stopServer(webhook, drain, drainMs);
    await closeServer(health);
  };
  return { port, metricsPort, stop };
}

/** Without a cluster every namespace is unknown, and ConfigMaps are not seen. */
function standaloneContext(settings: Settings, version: string): ReviewContext {
  const inForce = { injection: settings, stamp: { version, config: injectionHash(settings) } };
  return {
    settings: () => inForce,
    namespaces: () => undefined,
    clusterIPs: () => settings.endpoint.clusterIPs,
    now: () => performance.now(),
  };
}

function greeting({ port, metricsPort }: Running, certificate: DevelopmentCertificate, io: Io): string {
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
