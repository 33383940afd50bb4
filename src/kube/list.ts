import type { ApiClient, CallLimits } from './client.ts';
import type { Call, KubeObject } from './resources.ts';
import { unreadableError } from './unreachable.ts';

interface Page {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

const pageSize = 500;

/**
 * Lists a collection page by page, handing each object over as its page comes. Gives the version that a watch goes on
 * from.
 *
 * @throws ApiError; `gone` when the list took so long that it has to be begun again
 */
export async function listAll(
  client: ApiClient,
  call: Call,
  limits: CallLimits,
  take: (object: KubeObject) => void,
): Promise<string> {
  let next: string | undefined;
  for (;;) {
    const query = { ...call.query, limit: String(pageSize), ...(next && { continue: next }) };
    const { metadata, items } = await client.request<Page>({ ...call, query }, limits);
    if (metadata?.resourceVersion === undefined) throw unreadableError(call, 'it is no list');
    for (const object of items ?? []) take(object);
    next = metadata.continue;
    if (!next) return metadata.resourceVersion;
  }
}
