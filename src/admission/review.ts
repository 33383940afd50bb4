import { isUtf8 } from 'node:buffer';
import type { AddOperation } from '../inject/patch.ts';
import { isObject } from '../inject/shape.ts';

const reviewKind = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' } as const;

/**
 * What the handler reads of an AdmissionRequest; fields of another type than documented count as absent.
 * Names are absent for pods whose name the API server makes up after admission (generateName).
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request
 */
export interface AdmissionRequest {
  readonly uid: string;
  /** `pods`, with the group in front for anything outside the core group: `apps/deployments`. */
  readonly resource: string;
  readonly subResource: string;
  readonly operation: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly dryRun: boolean;
  /** The raw object, untouched: nothing here has checked its shape. */
  readonly object: unknown;
}

export type ParsedReview = { readonly request: AdmissionRequest } | { readonly malformed: string };

/**
 * The request of an AdmissionReview v1, or why the text is not one.
 *
 * The message never quotes the text: it may hold environment values, and the API server logs our answer.
 */
export function parseReview(body: string | Buffer): ParsedReview {
  if (typeof body !== 'string' && !isUtf8(body)) return { malformed: 'the body is not UTF-8' };
  const text = typeof body === 'string' ? body : body.toString('utf8');
  if (text === '') return { malformed: 'the body is empty' };
  let review: unknown;
  try {
    review = JSON.parse(text);
  } catch (error) {
    return { malformed: `the body is not JSON${positionOf(error)}` };
  }
  const problem = envelopeProblem(review);
  return problem === undefined ? { request: requestOf((review as Envelope).request) } : { malformed: problem };
}

interface Envelope {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly request: Readonly<Record<string, unknown>>;
}

function envelopeProblem(review: unknown): string | undefined {
  if (!isObject(review)) return 'the body is not a JSON object';
  if (review['kind'] !== reviewKind.kind) return `kind is not ${reviewKind.kind}`;
  if (review['apiVersion'] !== reviewKind.apiVersion) return `apiVersion is not ${reviewKind.apiVersion}`;
  const request = review['request'];
  if (!isObject(request)) return 'request is not an object';
  if (typeof request['uid'] !== 'string' || request['uid'] === '') return 'request.uid is not a non-empty string';
  return undefined;
}

function requestOf(request: Readonly<Record<string, unknown>>): AdmissionRequest {
  const text = (key: string) => (typeof request[key] === 'string' && request[key] !== '' ? request[key] : undefined);
  return {
    uid: text('uid') ?? '',
    resource: resourceName(request['resource']),
    subResource: text('subResource') ?? '',
    operation: text('operation') ?? '',
    namespace: text('namespace'),
    name: text('name'),
    dryRun: request['dryRun'] === true,
    object: request['object'],
  };
}

function resourceName(value: unknown): string {
  if (!isObject(value) || typeof value['resource'] !== 'string') return '';
  const { group, resource } = value;
  return typeof group === 'string' && group !== '' ? `${group}/${resource}` : resource;
}

/** V8 quotes a piece of the text in its message; only the place is taken over. */
function positionOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` (character ${position})`;
}

/**
 * The answer to a well-formed review, as JSON text: always allowed, with a patch only when there are operations.
 *
 * An empty patch is left out with its type, since one without the other counts as a failed call.
 */
export function renderResponse(uid: string, operations: readonly AddOperation[], warnings: readonly string[]): string {
  return JSON.stringify({
    ...reviewKind,
    response: {
      uid,
      allowed: true,
      ...(operations.length > 0 && {
        patchType: 'JSONPatch',
        patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
      }),
      ...(warnings.length > 0 && { warnings: renderWarnings(warnings) }),
    },
  });
}

// The API server asks for 120 characters, drops warnings with control characters, and cuts what exceeds 4096
// characters in all: 30 of them always fit.
const longestWarning = 120;
const mostWarnings = 30;

function renderWarnings(warnings: readonly string[]): string[] {
  if (warnings.length <= mostWarnings) return warnings.map(renderWarning);
  const rest = `${warnings.length - mostWarnings + 1} more warnings: see the log line of this request`;
  return [...warnings.slice(0, mostWarnings - 1).map(renderWarning), rest];
}

function renderWarning(warning: string): string {
  const text = warning.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  // By code points, so that none is cut in two.
  const characters = Array.from(text.slice(0, 2 * longestWarning + 2));
  return characters.length > longestWarning ? `${characters.slice(0, longestWarning - 1).join('')}…` : text;
}
