import type { ControlPlane } from './control-plane.ts';
import { injectionOf, podOf } from './objects.ts';

// The API server keeps 25 idle connections to a webhook (client-go transport/cache.go): with more calls than that at
// once it has to make new ones, and so meets the certificate that is served now.
const pods = 32;

/** Creates many pods at the same moment, and deletes them. */
export async function burst(plane: ControlPlane, namespace: string): Promise<{ created: number; missed: number }> {
  const names = Array.from({ length: pods }, (_, index) => `burst-${index}`);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const made = await Promise.all(names.map((name) => plane.admin.call('POST', path, podOf(name))));
  await Promise.all(names.map((name) => plane.admin.call('DELETE', `${path}/${name}?gracePeriodSeconds=0`)));
  return { created: made.length, missed: made.filter((pod) => injectionOf(pod) === undefined).length };
}
