import type { Overrides } from './overrides.ts';
import { matchesAny, matchesImage } from './patterns.ts';
import type { Container } from './pod.ts';
import type { InjectionSettings } from './settings.ts';
import type { Skip } from './user-managed.ts';

/**
 * Why a container is not one of those to inject, or undefined. What the annotations name goes before the
 * configured patterns, so that a team can ask for a container that is excluded by default.
 */
export function excludedSkip(
  container: Container,
  { containers, images }: InjectionSettings['exclude'],
  overrides: Pick<Overrides, 'containers' | 'excludeContainers'>,
): Skip | undefined {
  if (overrides.excludeContainers?.has(container.name)) return { reason: 'excluded-by-annotation' };
  if (overrides.containers)
    return overrides.containers.has(container.name) ? undefined : { reason: 'not-in-annotation' };
  if (matchesAny(containers, container.name)) return { reason: 'excluded-name' };
  if (matchesImage(images, container.image ?? '')) return { reason: 'excluded-image', detail: container.image ?? '' };
  return undefined;
}
