import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Log } from '../log.ts';
import { chainProblem } from './inspect.ts';
import type { CertificatePair } from './serving.ts';

export interface FileSourceOptions {
  /** PEM: the certificate first, then those between it and the CA, if any. */
  readonly certFile: string;
  readonly keyFile: string;
  /** The names that callers use. */
  readonly names: readonly string[];
  /** Puts the pair into service. If it throws, the old one stays. */
  readonly onChange: (pair: CertificatePair) => void;
  readonly log: Log;
  readonly now?: () => Date;
  /** How often the files are read. */
  readonly pollMs?: number;
}

export interface FileSource {
  /** When the certificate in service ends; undefined while none could be used. */
  readonly endsAt: () => Date | undefined;
  readonly stop: () => void;
}

// The kubelet takes about a minute to bring a changed Secret into a volume; this adds little to that.
const defaultPollMs = 5000;

/**
 * Serves a certificate that is managed elsewhere, from two files, and follows their changes. A pair that callers would
 * not accept never replaces a good one; what is wrong is logged once for each change of the files.
 *
 * The files are read every few seconds rather than watched: a Secret volume changes by a symlink two levels above
 * them, which a watch on the file does not see. A pair caught halfway does not match, and is read again.
 *
 * @returns after the first look, which may have found no pair that can be used: readiness has to ask
 */
export async function followCertificateFiles(options: FileSourceOptions): Promise<FileSource> {
  const { log, onChange, names, now = () => new Date(), pollMs = defaultPollMs } = options;
  let stopped = false;
  let endsAt: Date | undefined;
  let inService = '';
  let reported = '';
  const files = { certFile: options.certFile, keyFile: options.keyFile };

  const check = async (): Promise<void> => {
    try {
      const pair = await readPair(options);
      const text = pair.certificatePem + pair.privateKeyPem;
      if (stopped || text === inService) return;
      const problem = chainProblem(pair, names, now());
      if (problem !== undefined) return report({ because: problem });
      onChange(pair);
      [inService, reported, endsAt] = [text, '', new X509Certificate(pair.certificatePem).validToDate];
      log.info({ ...files, endsAt: endsAt.toISOString() }, 'serving the certificate from files');
    } catch (err) {
      report({ because: err instanceof Error ? err.message : String(err) });
    }
  };
  const report = (fields: { because: string }): void => {
    if (fields.because === reported) return;
    reported = fields.because;
    log.warn({ ...files, ...fields }, 'cannot use the certificate files');
  };

  await check();
  let timer = setTimeout(poll, pollMs);
  function poll(): void {
    void check().then(() => {
      if (!stopped) timer = setTimeout(poll, pollMs);
    });
  }
  return {
    endsAt: () => endsAt,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function readPair({ certFile, keyFile }: FileSourceOptions): Promise<CertificatePair> {
  const [certificatePem, privateKeyPem] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { certificatePem, privateKeyPem };
}
