import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import type { ControlPlane } from './control-plane.ts';
import { localCertificate } from './local-certificate.ts';

const hooksPath = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';

export interface Registration {
  /** Of the configuration: hooks are called in the order of these names. */
  readonly name: string;
  /** Whose pods it is called for. */
  readonly namespace: string;
  readonly port: number;
  readonly caPem: string;
}

/** Has the API server call an https server on 127.0.0.1 for the pods of a namespace. */
export async function registerHook({ admin }: ControlPlane, hook: Registration): Promise<void> {
  const selector = { key: 'kubernetes.io/metadata.name', operator: 'In', values: [hook.namespace] };
  const clientConfig = {
    url: `https://127.0.0.1:${hook.port}/mutate-pods`,
    caBundle: Buffer.from(hook.caPem).toString('base64'),
  };
  const webhook = {
    name: `${hook.name}.example.com`,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Ignore',
    timeoutSeconds: 2,
    clientConfig,
    namespaceSelector: { matchExpressions: [selector] },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'], scope: 'Namespaced' }],
  };
  await admin.call('POST', hooksPath, { metadata: { name: hook.name }, webhooks: [webhook] });
}

interface Pod {
  readonly spec: { readonly containers: readonly { readonly name: string }[] };
}

/** Somebody else's webhook: patches each pod with what `operationsFor` gives. */
export async function startOtherHook(
  plane: ControlPlane,
  { name, namespace }: Pick<Registration, 'name' | 'namespace'>,
  operationsFor: (pod: Pod) => readonly object[],
): Promise<{ stop: () => void }> {
  const { caPem, certificatePem, privateKeyPem } = await localCertificate();
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => {
    void (async () => {
      const review = (await json(request)) as { request: { uid: string; object: Pod } };
      const patch = Buffer.from(JSON.stringify(operationsFor(review.request.object))).toString('base64');
      const answer = { uid: review.request.uid, allowed: true, patchType: 'JSONPatch', patch };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    })();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await registerHook(plane, { name, namespace, caPem, port: (server.address() as AddressInfo).port });
  return {
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
