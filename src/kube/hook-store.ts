import type { Hook, HookStore as Store, Stored, WriteOutcome } from '../certs/stores.ts';
import { hookName } from './access.ts';
import type { ApiClient } from './client.ts';
import type { FailureLog } from './failure-log.ts';
import { type Call, type KubeObject, mutatingHooks } from './resources.ts';
import { Watch } from './watch.ts';
import type { WatchTiming } from './watch-spec.ts';
import { write } from './write.ts';

/** Our MutatingWebhookConfiguration; of it, only the caBundles are ever written. */
export class HookStore implements Store {
  readonly watch: Watch<Hook>;
  readonly #client: ApiClient;

  constructor(client: ApiClient, failures: FailureLog, timing?: Partial<WatchTiming>) {
    this.watch = new Watch(client, failures, { resource: mutatingHooks, name: hookName, keep: factsOf }, timing);
    this.#client = client;
  }

  current(): Stored<Hook> | null | undefined {
    return this.watch.one(hookName);
  }

  onChange(listener: () => void): () => void {
    return this.watch.onChange(listener);
  }

  /**
   * Sets the caBundle of each webhook of the configuration to these PEM certificates, if it is still at that version:
   * otherwise `conflict`, and it is read anew. Everything else stays as it is, fields unknown to us too.
   *
   * @throws ApiError
   */
  async setCaBundle(bundlePem: string, resourceVersion: string): Promise<WriteOutcome> {
    const hook = this.current();
    if (!hook || hook.resourceVersion !== resourceVersion) return 'conflict';
    const value = Buffer.from(bundlePem).toString('base64');
    const body = [
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      ...hook.value.webhooks.map((_, index) => ({
        op: 'add',
        path: `/webhooks/${index}/clientConfig/caBundle`,
        value,
      })),
    ];
    const call: Call = { verb: 'patch', resource: mutatingHooks, name: hookName, body };
    return write(this.#client, this.watch, call);
  }
}

function factsOf(object: KubeObject): Hook {
  const { webhooks } = object as {
    webhooks?: readonly { readonly name: string; readonly clientConfig?: { readonly caBundle?: string } }[];
  };
  return {
    webhooks: (webhooks ?? []).map(({ name, clientConfig }) => ({
      name,
      ...(clientConfig?.caBundle && { caBundle: clientConfig.caBundle }),
    })),
  };
}
