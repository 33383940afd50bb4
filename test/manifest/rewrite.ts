import { injectManifests, type ManifestOptions } from '../../src/manifest/inject.ts';
import { uninjectManifests } from '../../src/manifest/uninject.ts';
import { options } from './options.ts';

export const inject = (text: string, changes: Partial<ManifestOptions> = {}) => {
  const { sources, workloads } = injectManifests([{ name: 'x.yaml', text }], { ...options, ...changes });
  return { text: sources[0]?.after ?? '', workloads };
};
export const uninject = (text: string, changes: Partial<ManifestOptions> = {}) => {
  const { sources, workloads } = uninjectManifests([{ name: 'x.yaml', text }], { ...options, ...changes });
  return { text: sources[0]?.after ?? '', workloads };
};

/** `app injected`, `second yaml-shared`: what became of each container. */
export const outcomes = ({ workloads }: ReturnType<typeof inject>): string[] =>
  workloads.flatMap(({ decision }) =>
    decision.skipped
      ? [decision.skipped]
      : decision.containers.map((c) => `${c.name} ${c.outcome === 'skipped' ? c.reason : c.outcome}`),
  );

export const pod = (spec: string, metadata = 'metadata:\n  name: p') =>
  `apiVersion: v1\nkind: Pod\n${metadata}\nspec:\n${spec}`;
export const plain = pod('  containers:\n  - name: app\n');
