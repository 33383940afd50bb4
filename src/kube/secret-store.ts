import type { SecretData } from '../certs/state.ts';
import type { SecretStore as Store, Stored, WriteOutcome } from '../certs/stores.ts';
import { authoritySecretName } from './access.ts';
import type { ApiClient } from './client.ts';
import type { FailureLog } from './failure-log.ts';
import { listAll } from './list.ts';
import { type Call, type KubeObject, secrets } from './resources.ts';
import { Watch } from './watch.ts';
import type { WatchTiming } from './watch-spec.ts';
import { write } from './write.ts';

const labels = { 'app.kubernetes.io/name': 'nodelocal-otlp-webhook', 'app.kubernetes.io/part-of': 'nodelocal-otlp' };

/** The one Secret that holds the CA. No other is ever read. */
export class SecretStore implements Store {
  readonly watch: Watch<SecretData>;
  readonly #client: ApiClient;
  readonly #namespace: string;

  constructor(client: ApiClient, failures: FailureLog, namespace: string, timing?: Partial<WatchTiming>) {
    const spec = { resource: secrets, namespace, name: authoritySecretName, keep: dataOf };
    this.watch = new Watch(client, failures, spec, timing);
    this.#client = client;
    this.#namespace = namespace;
  }

  current(): Stored<SecretData> | null | undefined {
    return this.watch.one(authoritySecretName);
  }

  /**
   * By a list of this one name, which asks for no further permission and is never answered from a cache that lags.
   *
   * @throws ApiError
   */
  async read(): Promise<Stored<SecretData> | null> {
    let found: Stored<SecretData> | null = null;
    await listAll(this.#client, this.#call('list'), {}, (object) => {
      found = this.watch.objects.read(object);
    });
    return found;
  }

  onChange(listener: () => void): () => void {
    return this.watch.onChange(listener);
  }

  /**
   * Makes the Secret, unless somebody else was faster: `conflict`, and it is read anew.
   *
   * @throws ApiError
   */
  create(data: SecretData): Promise<WriteOutcome> {
    const metadata = { name: authoritySecretName, labels };
    const body = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data: encode(data) };
    return write(this.#client, this.watch, this.#call('create', body));
  }

  /**
   * Puts `data` in the place of all the Secret holds, if it is still at that version: otherwise `conflict`, and it is
   * read anew.
   *
   * @throws ApiError
   */
  replace(data: SecretData, resourceVersion: string): Promise<WriteOutcome> {
    const body = [
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/data', value: encode(data) },
    ];
    return write(this.#client, this.watch, this.#call('patch', body));
  }

  #call(verb: 'list' | 'create' | 'patch', body?: unknown): Call {
    return { verb, resource: secrets, namespace: this.#namespace, name: authoritySecretName, body };
  }
}

function dataOf(object: KubeObject): SecretData {
  const { data } = object as { data?: Readonly<Record<string, string>> };
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]));
}

function encode(data: SecretData): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString('base64')]));
}
