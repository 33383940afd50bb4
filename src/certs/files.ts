import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { leafProblem } from './inspect.ts';
import type { CertificatePair } from './serving.ts';

export interface CertificateFilesOptions {
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

// The kubelet takes about a minute to bring a changed Secret into a volume; this adds little to that.
const defaultPollMs = 5000;

/**
 * Serves a certificate that is managed elsewhere, from two files, and follows their changes. A pair that callers would
 * not accept never replaces a good one; what is wrong is logged once for each change of the files.
 *
 * The files are read every few seconds rather than watched: a Secret volume changes by a symlink two levels above
 * them, which a watch on the file does not see. A pair caught halfway does not match, and is read again.
 */
export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  readonly #stopping = new AbortController();
  #endsAt: Date | undefined;
  #inService = '';
  #reported = '';

  constructor(options: CertificateFilesOptions) {
    this.#options = options;
  }

  /** When the certificate in service ends; undefined while no pair could be used, so that readiness has to wait. */
  get endsAt(): Date | undefined {
    return this.#endsAt;
  }

  /** Resolves after the first look, whatever it found; further ones follow until `stop`. */
  async start(): Promise<void> {
    await this.#look();
    void this.#keepLooking();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(this.#options.pollMs ?? defaultPollMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#look();
    }
  }

  async #look(): Promise<void> {
    try {
      const pair = await readPair(this.#options);
      if (!this.#stopping.signal.aborted) this.#use(pair);
    } catch (error) {
      this.#report(error instanceof Error ? error.message : String(error));
    }
  }

  #use(pair: CertificatePair): void {
    const text = pair.certificatePem + pair.privateKeyPem;
    if (text === this.#inService) return;
    const { names, now = () => new Date(), onChange, log, certFile, keyFile } = this.#options;
    const problem = leafProblem(pair, names, now());
    if (problem !== undefined) return this.#report(problem);
    onChange(pair);
    const endsAt = new X509Certificate(pair.certificatePem).validToDate;
    [this.#inService, this.#reported, this.#endsAt] = [text, '', endsAt];
    log.info({ certFile, keyFile, endsAt: endsAt.toISOString() }, 'serving the certificate from files');
  }

  #report(because: string): void {
    if (because === this.#reported) return;
    this.#reported = because;
    const { log, certFile, keyFile } = this.#options;
    log.warn({ certFile, keyFile, because }, 'cannot use the certificate files');
  }
}

async function readPair({ certFile, keyFile }: CertificateFilesOptions): Promise<CertificatePair> {
  const [certificatePem, privateKeyPem] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
  return { certificatePem, privateKeyPem };
}
