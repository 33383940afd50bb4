import { handleReview, type InjectionRules, injectionRules, type ReviewContext } from '../../src/admission/handler.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { createLog, type Log } from '../../src/log.ts';

/** What a webhook with default settings knows that has not heard of any namespace; its clock stands still. */
export function context(changes: Partial<ReviewContext> = {}): ReviewContext {
  return {
    settings: () => ({ injection: defaultSettings, stamp: { version: '0.0.0-test', config: '00000000' } }),
    namespaces: () => undefined,
    clusterIPs: () => ['10.96.0.77'],
    now: () => 0,
    ...changes,
  };
}

export function rules(changes: Partial<InjectionRules>): InjectionRules {
  return { ...injectionRules, ...changes };
}

export const plentyOfTime = 1500;

/** The whole way of one review, with the response parsed. */
export async function review(body: string | Buffer, changes: Partial<ReviewContext> = {}, deadline = plentyOfTime) {
  const { status, body: text, outcome } = await handleReview(body, context(changes), deadline);
  return { status, outcome, answer: JSON.parse(text) as ReviewAnswerBody };
}

export interface ReviewAnswerBody {
  readonly error?: string;
  readonly message?: string;
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly response?: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patchType?: string;
    readonly patch?: string;
    readonly warnings?: string[];
  };
}

export function operationsOf(answer: ReviewAnswerBody): { op: string; path: string; value: unknown }[] {
  return JSON.parse(Buffer.from(answer.response?.patch ?? 'W10=', 'base64').toString());
}

/** A minimal review that will be decided, as an object to change. */
export function podReview(pod: unknown = smallPod(), request: Record<string, unknown> = {}) {
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: 'u-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      namespace: 'shop',
      operation: 'CREATE',
      object: pod,
      oldObject: null,
      dryRun: false,
      ...request,
    },
  };
}

export function smallPod(container: Record<string, unknown> = {}) {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { generateName: 'orders-', namespace: 'shop' },
    spec: { containers: [{ name: 'app', image: 'shop/orders:1', ...container }], dnsPolicy: 'ClusterFirst' },
  };
}

/** A log whose lines can be looked at, parsed and as text. */
export function recordedLog(): { log: Log; lines: () => Record<string, unknown>[]; text: () => string } {
  const written: string[] = [];
  const log = createLog({ write: (line) => written.push(line) }, 'debug');
  return { log, lines: () => written.map((line) => JSON.parse(line)), text: () => written.join('') };
}
