import { injectionHash } from '../../src/config/hash.ts';
import { defaultSettings, type Settings } from '../../src/config/settings.ts';
import { decidePod, type PodFacts } from '../../src/inject/decide.ts';
import { buildPatch, checkPatch } from '../../src/inject/patch.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** What the core makes of a pod that the API server stored without us. */
export function expectedPod(stored: unknown, facts: Partial<PodFacts> = {}, settings: Settings = defaultSettings) {
  const pod = structuredClone(stored);
  const stamp = { version: packageJson.version, config: injectionHash(settings) };
  const known = { namespaceAnnotations: {}, clusterIPs: [], configMap: () => null, ...facts };
  const decision = isCalledFor(pod) ? decidePod(pod, known, settings, stamp) : undefined;
  if (decision === undefined) return { pod, decision };
  const problem = checkPatch(pod, buildPatch(pod, decision), decision);
  if (problem !== undefined) throw new Error(problem);
  return { pod, decision };
}

/** The condition of our hook that keeps pods away which the core would record as skipped. */
function isCalledFor(pod: unknown): boolean {
  return (pod as { spec?: { os?: { name?: string } } }).spec?.os?.name !== 'windows';
}

/** The pod without what differs from one creation to the next. */
export function comparable(stored: unknown): unknown {
  const text = JSON.stringify(stored).replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-xxxxx');
  const pod = JSON.parse(text) as { metadata: Record<string, unknown>; spec: { containers: unknown[] } };
  for (const key of ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'managedFields']) {
    delete pod.metadata[key];
  }
  return pod;
}
