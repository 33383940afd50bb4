import review from '../demo/review.json' with { type: 'json' };
import { reviewPath } from '../admission/app.ts';
import { developmentCertificate } from '../certs/development.ts';
import { loadSettings } from '../config/load.ts';
import { callWebhook } from '../demo/review.ts';
import type { Injection } from '../demo/words.ts';
import type { PodDecision } from '../inject/decide.ts';
import { createLog } from '../log.ts';
import { startWebhook } from '../server/webhook.ts';
import type { Io } from './io.ts';
import { offlineContext } from './offline-context.ts';
import { measurements } from '../retry/matrix.ts';

/**
 * Starts the webhook on a CA of its own, has it answer a review of a Node.js pod, and ends it.
 *
 * @param folder for the certificates
 * @param agentPort of 127.0.0.1, where the apps will find the agent
 * @throws NodelocalError demo-failed; listen-failed
 */
export async function injectionByWebhook(folder: string, agentPort: number, io: Io): Promise<Injection> {
  const flags = { endpointMode: 'cluster-ip', endpointClusterIps: '127.0.0.1', endpointHttpPort: agentPort };
  const { settings } = loadSettings({ flags: { ...flags, port: 0, metricsPort: 0 } });
  const certificate = await developmentCertificate(folder, new Date());
  let decided: PodDecision | undefined;
  const webhook = await startWebhook({
    context: offlineContext(settings, io.version, () => performance.now()),
    log: createLog(io.stderr, 'error'),
    server: settings.server,
    certificate,
    waitingFor: () => [],
    onOutcome: (outcome) => (decided = 'decision' in outcome ? outcome.decision : undefined),
  });
  try {
    const url = `https://localhost:${webhook.port}${reviewPath}`;
    const { service, namespace } = settings.endpoint;
    const { httpPort } = loadSettings({}).settings.endpoint;
    const answer = await callWebhook(url, certificate.authorityPem, JSON.stringify(review));
    const container = decided?.containers[0];
    const refused =
      container === undefined || container.outcome === 'skipped'
        ? undefined
        : container.outlook(measurements).survival.refused;
    return { url, ...answer, refused, clusterEndpoint: `http://${service}.${namespace}.svc:${httpPort}` };
  } finally {
    await webhook.stop(0);
  }
}
