import { readFile } from 'node:fs/promises';

/** One request as the API server's audit log has it, at level Metadata: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export interface AuditEvent {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Undefined for a watch that is still open. */
  readonly code: number | undefined;
  readonly uri: string;
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  /** Among them what admission webhooks did: keys `mutation.webhook.admission.k8s.io/…`, `failed-open.…`. */
  readonly annotations: Readonly<Record<string, string>>;
}

export const auditPolicy = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
});

interface RawEvent {
  readonly user?: { readonly username?: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestURI: string;
  readonly stage: AuditEvent['stage'];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** All events so far, in order. A watch has two: when it begins and when it ends. */
export async function readAudit(file: string): Promise<AuditEvent[]> {
  const text = await readFile(file, 'utf8');
  // The last line may be half written.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => eventOf(JSON.parse(line) as RawEvent));
}

function eventOf({ user, verb, objectRef, responseStatus, requestURI, stage, annotations }: RawEvent): AuditEvent {
  return {
    user: user?.username ?? '',
    verb,
    group: objectRef?.apiGroup ?? '',
    resource: objectRef?.resource ?? '',
    subresource: objectRef?.subresource ?? '',
    namespace: objectRef?.namespace ?? '',
    name: objectRef?.name ?? '',
    code: responseStatus?.code,
    uri: requestURI,
    stage,
    annotations: annotations ?? {},
  };
}
