import type { ControlPlane } from './control-plane.ts';
import type { RestAnswer } from './rest.ts';

/** A pod as far as it is looked at here. */
export interface StoredPod {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly StoredContainer[];
    readonly initContainers?: readonly StoredContainer[];
  };
}

interface StoredContainer {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/** Asks for a pod; the answer, whatever it is. */
export function tryCreatePod({ admin }: ControlPlane, namespace: string, pod: object, query = ''): Promise<RestAnswer> {
  return admin.send('POST', `/api/v1/namespaces/${namespace}/pods${query}`, pod);
}

/** The pod that the API server made. @throws with its words when it made none */
export async function createPod(plane: ControlPlane, namespace: string, pod: object, query = ''): Promise<StoredPod> {
  const { status, body } = await tryCreatePod(plane, namespace, pod, query);
  if (status !== 201) throw new Error(`the pod was refused: ${status} ${JSON.stringify(body)}`);
  return body as StoredPod;
}

export async function listPods({ admin }: ControlPlane, namespace: string): Promise<StoredPod[]> {
  return (await admin.call<{ items: StoredPod[] }>('GET', `/api/v1/namespaces/${namespace}/pods`)).items;
}

/** The value of a variable in the first container, or in the one of that name. */
export function variable(pod: StoredPod, name: string, container?: string): string | undefined {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const found = container === undefined ? all[0] : all.find((one) => one.name === container);
  return found?.env?.find((entry) => entry.name === name)?.value;
}
