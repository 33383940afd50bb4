import { annotationNames, injectLabel } from '../inject/names.ts';
import type { ApiClient } from './client.ts';
import type { FailureLog } from './failure-log.ts';
import { type KubeObject, namespaces } from './resources.ts';
import { Watch } from './watch.ts';
import type { WatchTiming } from './watch-spec.ts';

/** What a namespace says to us: our label and our annotations, nothing else of it. */
export interface NamespaceFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

// Shared by the namespaces that say nothing to us, which are nearly all: what is remembered of one is its name.
const nothing: Readonly<Record<string, string>> = Object.freeze({});
const silent: NamespaceFacts = Object.freeze({ labels: nothing, annotations: nothing });

/** Watches all namespaces. */
export function watchNamespaces(
  client: ApiClient,
  failures: FailureLog,
  timing?: Partial<WatchTiming>,
): Watch<NamespaceFacts> {
  return new Watch(client, failures, { resource: namespaces, keep: factsOf }, timing);
}

function factsOf({ metadata }: KubeObject): NamespaceFacts {
  const labels = pick(metadata.labels, [injectLabel]);
  const annotations = pick(metadata.annotations, Object.values(annotationNames));
  return labels === nothing && annotations === nothing ? silent : { labels, annotations };
}

function pick(all: Readonly<Record<string, string>> | undefined, names: readonly string[]) {
  const found = names.flatMap((name) => (all?.[name] === undefined ? [] : [[name, all[name]] as const]));
  return found.length === 0 ? nothing : Object.fromEntries(found);
}
