import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings } from '../../src/config/settings.ts';
import { readStream } from '../../src/manifest/stream.ts';
import { objectsOf } from '../../src/manifest/objects.ts';
import { findWorkloads } from '../../src/manifest/workloads.ts';
import { corpusFiles } from '../corpus.ts';
import { readReview, reviewNames } from '../reviews.ts';

export interface NamedPod {
  /** Where it comes from, for people. */
  readonly title: string;
  readonly pod: { readonly metadata: Record<string, unknown>; readonly spec: Record<string, unknown> };
}

/** The pod of each workload in the corpus' manifests, so that it can be created without the objects around it. */
export function manifestPods(): NamedPod[] {
  return sources().flatMap((source) =>
    findWorkloads([source], { settings: defaultSettings, namespace: 'default' }).map(({ kind, name, template }) => ({
      title: `${source.name}: ${kind} ${name}`,
      pod: withVolumes(bare(template, undefined)),
    })),
  );
}

/** The data of each ConfigMap in the corpus' manifests, by name. */
export function manifestConfigMaps(): Map<string, Record<string, string>> {
  const objects = sources().map(readStream).flatMap(objectsOf);
  return new Map(
    objects.flatMap(({ kind, name, value }) =>
      kind === 'ConfigMap' ? [[name, (value['data'] ?? {}) as Record<string, string>] as const] : [],
    ),
  );
}

/** The pods of all reviews of creations: our own, and those of the corpus. */
export function reviewPods(): NamedPod[] {
  const files = corpusFiles('reviews').filter((file) => !path.basename(file).startsWith('special-'));
  const all = [
    ...reviewNames.map((name) => ({ title: name, text: readReview(name) })),
    ...files.map((file) => ({ title: path.basename(file, '.json'), text: readFileSync(file) })),
  ];
  return all.flatMap(({ title, text }) => {
    const { request } = JSON.parse(text.toString()) as { request: { operation: string; object: unknown } };
    return request.operation === 'CREATE' ? [{ title, pod: bare(request.object, request.object) }] : [];
  });
}

function sources() {
  return corpusFiles('manifests').map((file) => ({ name: path.basename(file), text: readFileSync(file, 'utf8') }));
}

/** Set by the API server, or not possible without what is not here: other accounts, classes, owners. */
const strippedMetadata = ['namespace', 'uid', 'managedFields', 'ownerReferences', 'creationTimestamp'];
const strippedSpec = ['serviceAccount', 'serviceAccountName', 'priority', 'preemptionPolicy', 'runtimeClassName'];

/** Adds those that a StatefulSet would make from its volumeClaimTemplates. */
function withVolumes(pod: NamedPod['pod']): NamedPod['pod'] {
  const { volumes, containers, initContainers } = pod.spec as PodVolumes;
  const known = new Set((volumes ?? []).map(({ name }) => name));
  const mounted = [...(containers ?? []), ...(initContainers ?? [])].flatMap(({ volumeMounts }) => volumeMounts ?? []);
  const missing = new Set(mounted.map(({ name }) => name).filter((name) => !known.has(name)));
  const added = [...missing].map((name) => ({ name, emptyDir: {} }));
  return { ...pod, spec: { ...pod.spec, volumes: [...(volumes ?? []), ...added] } };
}

type Named = readonly { readonly name: string }[] | null;
type Containers = readonly { readonly volumeMounts?: Named }[] | null;

interface PodVolumes {
  readonly volumes?: Named;
  readonly containers?: Containers;
  readonly initContainers?: Containers;
}

let count = 0;

function bare(template: unknown, review: unknown): NamedPod['pod'] {
  const { metadata = {}, spec } = structuredClone(template) as Partial<NamedPod['pod']>;
  if (spec === undefined) throw new Error('a template without a spec');
  for (const key of strippedMetadata) delete metadata[key];
  for (const key of strippedSpec) delete spec[key];
  const { priorityClassName } = spec;
  if (typeof priorityClassName === 'string' && !priorityClassName.startsWith('system-'))
    delete spec['priorityClassName'];
  if (typeof metadata['generateName'] !== 'string') metadata['name'] = `pod-${(count += 1)}`;
  return { ...(review === undefined && { apiVersion: 'v1', kind: 'Pod' }), metadata, spec };
}
