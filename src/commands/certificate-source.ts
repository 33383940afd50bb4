import { CertificateFiles } from '../certs/files.ts';
import { CertificateReconciler } from '../certs/reconcile.ts';
import type { CertificatePair } from '../certs/serving.ts';
import type { Settings } from '../config/settings.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Log } from '../log.ts';

const webhookService = 'nodelocal-otlp-webhook';

/** Where the webhook's certificate comes from, and how it is doing. */
export interface CertificateSource {
  readonly start: (setCertificate: (pair: CertificatePair) => void) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** What readiness waits for, in words. */
  readonly waitingFor: () => readonly string[];
  /** Unix seconds. */
  readonly ends: () => Record<string, number>;
}

/** Certificates from files where the settings name some, else from our own CA. */
export function certificateSource(
  settings: Settings,
  cluster: Cluster,
  namespace: string,
  log: Log,
): CertificateSource {
  const name = `${webhookService}.${namespace}.svc`;
  return cluster.secret && cluster.hook
    ? ownCertificates(settings.certificates, { secret: cluster.secret, hook: cluster.hook }, name, log)
    : certificateFiles(settings.tls, name, log);
}

function ownCertificates(
  lifetimes: Settings['certificates'],
  stores: Required<Pick<Cluster, 'secret' | 'hook'>>,
  name: string,
  log: Log,
): CertificateSource {
  let reconciler: CertificateReconciler | undefined;
  return {
    start: async (setCertificate) => {
      reconciler = new CertificateReconciler({
        ...stores,
        log,
        names: [name],
        onChange: setCertificate,
        lifetimes: {
          caMs: lifetimes.caLifetime.ms,
          leafMs: lifetimes.leafLifetime.ms,
          propagationMs: lifetimes.propagation.ms,
        },
      });
      reconciler.start();
    },
    stop: async () => reconciler?.stop(),
    waitingFor: () => (reconciler?.published === true ? [] : ['our CA in the hook’s caBundle']),
    ends: () => {
      const { leaf, authority } = reconciler ?? {};
      return Object.fromEntries(
        Object.entries({ serving: leaf, current: authority?.current, next: authority?.next }).flatMap(
          ([which, held]) => (held === undefined ? [] : [[which, held.endsAt.getTime() / 1000]]),
        ),
      );
    },
  };
}

function certificateFiles({ certFile, keyFile }: Settings['tls'], name: string, log: Log): CertificateSource {
  let files: CertificateFiles | undefined;
  return {
    start: async (setCertificate) => {
      files = new CertificateFiles({ certFile, keyFile, names: [name], onChange: setCertificate, log });
      await files.start();
    },
    stop: async () => files?.stop(),
    waitingFor: () => (files?.endsAt === undefined ? ['a usable certificate in the files'] : []),
    ends: () => (files?.endsAt === undefined ? {} : { serving: files.endsAt.getTime() / 1000 }),
  };
}
