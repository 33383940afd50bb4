import { type CaCertificate, readCertificates } from './authority.ts';
import type { Hook } from './stores.ts';

/** The CAs that callers trust: those in the caBundle of every webhook of the hook. */
export function trustedByHook(hook: Hook | undefined): readonly CaCertificate[] {
  const [first, ...others] = (hook?.webhooks ?? []).map(bundleText).map((text) => readCertificates(text).certificates);
  return (first ?? []).filter((ca) => others.every((list) => list.some((o) => o.fingerprint === ca.fingerprint)));
}

/** Why the hook's caBundle must be written; undefined when it is right, or when there is no webhook to write to. */
export function hookProblem(hook: Hook | undefined, bundlePem: string): string | undefined {
  return hook?.webhooks.map((webhook) => bundleProblem(bundleText(webhook), bundlePem)).find((p) => p !== undefined);
}

function bundleProblem(text: string, wanted: string): string | undefined {
  if (text === wanted) return undefined;
  if (text.trim() === '') return 'its caBundle is empty';
  const found = new Set(readCertificates(text).certificates.map((ca) => ca.fingerprint));
  const missing = readCertificates(wanted).certificates.filter((ca) => !found.has(ca.fingerprint));
  if (missing.length > 0) return `its caBundle lacks ${missing.map((ca) => ca.subject).join(', ')}`;
  return 'its caBundle holds more than the CAs of the Secret';
}

function bundleText({ caBundle = '' }: Hook['webhooks'][number]): string {
  return Buffer.from(caBundle, 'base64').toString('utf8');
}
