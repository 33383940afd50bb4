/** The API allows 253 characters in a container name and registries about 300 in an image; longer is no match. */
const maxSubjectLength = 512;

const compiled = new WeakMap<readonly string[], RegExp>();

/**
 * Whether a whole name matches one of the patterns, in which `*` stands for any characters and `?` for one.
 * The patterns' array is compiled once and must not change afterwards.
 */
export function matchesAny(patterns: readonly string[], subject: string): boolean {
  if (patterns.length === 0 || subject.length > maxSubjectLength) return false;
  let pattern = compiled.get(patterns);
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${patterns.map(source).join('|')})$`);
    compiled.set(patterns, pattern);
  }
  return pattern.test(subject);
}

const mostImages = 1000;
const images = new WeakMap<readonly string[], Map<string, boolean>>();

/**
 * Whether an image matches a pattern, with its registry's host or without: docker.io/library/docker:dind as
 * docker:dind. A cluster runs the same images again and again, so the answers are kept.
 */
export function matchesImage(patterns: readonly string[], image: string): boolean {
  if (image.length > maxSubjectLength) return false;
  const known = images.get(patterns) ?? new Map<string, boolean>();
  const before = known.get(image);
  if (before !== undefined) return before;
  if (known.size >= mostImages) known.clear();
  const matches = matchesWithOrWithoutHost(patterns, image);
  images.set(patterns, known.set(image, matches));
  return matches;
}

function matchesWithOrWithoutHost(patterns: readonly string[], image: string): boolean {
  if (matchesAny(patterns, image)) return true;
  const slash = image.indexOf('/');
  const host = image.slice(0, slash);
  if (slash < 0 || !(/[.:]/.test(host) || host === 'localhost')) return false;
  const path = image.slice(slash + 1);
  return (
    matchesAny(patterns, path) || (path.startsWith('library/') && matchesAny(patterns, path.slice('library/'.length)))
  );
}

function source(pattern: string): string {
  return pattern.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : c === '?' ? '.' : `\\${c}`));
}
