import { readCertificates } from '../../src/certs/authority.ts';
import type { SecretData } from '../../src/certs/state.ts';
import { authoritySecretName, hookName } from '../../src/kube/access.ts';
import type { ControlPlane } from './control-plane.ts';

const hookPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${hookName}`;
const secretPath = `/api/v1/namespaces/nodelocal-otlp/secrets/${authoritySecretName}`;

/** The PEM text of our hook's caBundle, empty where there is none. */
export async function caBundleOf(plane: ControlPlane): Promise<string> {
  const hook = await plane.admin.call<{ webhooks: { clientConfig: { caBundle?: string } }[] }>('GET', hookPath);
  return Buffer.from(hook.webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString('utf8');
}

/** The names of the CAs in it, the oldest first. Each CA has a name of its own. */
export async function trustedAuthorities(plane: ControlPlane): Promise<string[]> {
  return authoritiesIn(await caBundleOf(plane));
}

export function authoritiesIn(pem: string): string[] {
  return readCertificates(pem).certificates.map(({ subject }) => subject.replace('CN=', ''));
}

/** Puts a text into our hook's caBundle, as somebody else would; an empty one takes it away. */
export async function setCaBundle(plane: ControlPlane, pem: string): Promise<void> {
  const caBundle = { op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: Buffer.from(pem).toString('base64') };
  await plane.admin.call('PATCH', hookPath, [caBundle], 'json');
}

/** What the CA Secret holds; undefined where there is none. */
export async function authoritySecret(plane: ControlPlane): Promise<SecretData | undefined> {
  const { status, body } = await plane.admin.send('GET', secretPath);
  if (status === 404) return undefined;
  const { data } = body as { data?: Record<string, string> };
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}

/** Puts these keys into the CA Secret, as somebody else would; the others stay. */
export async function editAuthoritySecret(plane: ControlPlane, texts: Record<string, string>): Promise<void> {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  await plane.admin.call('PATCH', secretPath, { data });
}

/** One that is not there is as good. */
export async function deleteAuthoritySecret(plane: ControlPlane): Promise<void> {
  await plane.admin.send('DELETE', secretPath);
}
