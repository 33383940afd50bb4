/**
 * AdmissionReviews of a wanted size, in the shape that an API server sends for a pod of a ReplicaSet:
 * defaults filled in, the token volume mounted, and `managedFields` that name every field once more.
 *
 * The same size gives the same bytes on every machine, so figures of two runs belong to the same input.
 */
import { containerTemplate, managedContainer, podTemplate, reviewTemplate } from './review-parts.ts';

export interface ReviewSize {
  name: string;
  bytes: number;
  containers: number;
  /** Variables that each container has already; none of them is about telemetry. */
  envPerContainer: number;
}

/** The largest is mostly long strings, as a pod of that size can hardly come about in another way. */
export const reviewSizes: readonly ReviewSize[] = [
  { name: '6k', bytes: 6 * 1024, containers: 1, envPerContainer: 10 },
  { name: '20k', bytes: 20 * 1024, containers: 3, envPerContainer: 25 },
  { name: '200k', bytes: 200 * 1024, containers: 16, envPerContainer: 60 },
  { name: '2m', bytes: 2 * 1024 * 1024, containers: 20, envPerContainer: 100 },
];

/** What fills a review up to its size is in an annotation as far as an API server allows (256 KiB for all), then in arguments. */
const annotationLength = 192 * 1024;

/** The JSON text of a review, ASCII only, of exactly `size.bytes` bytes; throws when its containers alone need more. */
export function makeReview(size: ReviewSize): string {
  const names = Array.from({ length: size.containers }, (_, index) => (index === 0 ? 'server' : `worker-${index}`));
  const annotations: Record<string, string> = {};
  const containers = names.map((name, index) => containerTemplate(name, environment(index, size.envPerContainer)));
  const [server] = containers;
  const pod = podTemplate(containers, containers.map(managedContainer), annotations);
  const review = reviewTemplate(pod);
  const missing = () => size.bytes - JSON.stringify(review).length;
  annotations['example.com/notes'] = '';
  if (missing() < 0) throw new Error(`a review of ${size.name} needs ${-missing()} bytes more than it may have`);
  annotations['example.com/notes'] = prose(Math.min(missing(), annotationLength));
  if (missing() > 0 && server !== undefined) {
    server.args = [''];
    server.args = [prose(missing())];
  }
  return JSON.stringify(review);
}

function environment(container: number, count: number): { name: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${words[(container + index) % words.length]}_SERVICE_${index}_ADDR`,
    value: `${words[index % words.length]?.toLowerCase()}-${container}.shop.svc.cluster.local:${8000 + index}`,
  }));
}

const words = ['CHECKOUT', 'CURRENCY', 'SHIPPING', 'CATALOG', 'CART', 'PAYMENT', 'EMAIL', 'AD'];

/** Text that takes `length` bytes in JSON, with an escape every few words as a kubectl annotation has them. */
function prose(length: number): string {
  const sentence =
    '{"apiVersion":"apps/v1","kind":"Deployment","note":"the quick brown fox jumps over the lazy dog"}\n';
  const escaped = JSON.stringify(sentence).length - 2;
  const whole = Math.floor(length / escaped);
  return sentence.repeat(whole) + '.'.repeat(length - whole * escaped);
}
