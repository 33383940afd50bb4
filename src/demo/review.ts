import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { NodelocalError } from '../errors.ts';
import type { AddOperation } from '../inject/patch.ts';
import type { EnvVar } from '../inject/pod.ts';

/** What came of one call of the webhook. */
export interface Answer {
  readonly variables: readonly EnvVar[];
  readonly milliseconds: number;
}

/**
 * Calls the webhook as the API server does: over TLS, trusting its CA only.
 *
 * @throws NodelocalError demo-failed when the answer holds no patch with variables
 */
export async function callWebhook(url: string, authorityPem: string, review: string): Promise<Answer> {
  const start = performance.now();
  const body = await post(url, authorityPem, review);
  const milliseconds = performance.now() - start;
  const variables = addedVariables(body);
  if (variables.length === 0) throw new NodelocalError('demo-failed', `the webhook adds no variables: ${body}`);
  return { variables, milliseconds };
}

function post(url: string, ca: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, ca, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    call.on('error', reject).end(body);
  });
}

/** The variables that a webhook's response adds to the first app container, in their order. */
export function addedVariables(body: string): EnvVar[] {
  const { response } = JSON.parse(body) as { response?: { patch?: string } };
  const patch = JSON.parse(Buffer.from(response?.patch ?? 'W10=', 'base64').toString()) as AddOperation[];
  // One operation for each variable, or one for all where the container has none yet.
  return patch
    .filter(({ path }) => /^\/spec\/containers\/0\/env(\/-)?$/.test(path))
    .flatMap(({ value }) => value as EnvVar);
}
