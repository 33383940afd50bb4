import type { WriteOutcome } from '../certs/stores.ts';
import type { ApiClient } from './client.ts';
import { ApiError } from './errors.ts';
import type { Call, KubeObject } from './resources.ts';
import type { Watch } from './watch.ts';

/** Shown in managedFields as who owns what we write. */
const fieldManager = 'nodelocal-otlp';

/**
 * Writes an object that is also watched. `written`: the watch knows the result already, so that whoever looks at it does
 * not write the same twice. `conflict`: somebody else wrote (or deleted) it first, and it is being read anew.
 *
 * A patch is held to one version by setting metadata.resourceVersion to it: another one is a conflict, 409
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply). A `test` operation would make it
 * 422, which is also what an invalid object gets.
 *
 * @throws ApiError for every other failure
 */
export async function write<T>(client: ApiClient, watch: Watch<T>, call: Call): Promise<WriteOutcome> {
  try {
    watch.take(await client.request<KubeObject>({ ...call, query: { fieldManager } }));
    return 'written';
  } catch (error) {
    if (!(error instanceof ApiError) || error.kind === 'unreachable') throw error;
    // A patch of what is not there any more is a conflict as well; of a part of it (422), not told from a mistake.
    watch.refresh();
    if (error.kind === 'conflict' || (error.kind === 'not-found' && call.verb === 'patch')) return 'conflict';
    throw error;
  }
}
