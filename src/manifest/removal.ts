import { annotationStamp, injectedContainers, type Stamp } from '../inject/annotation.ts';
import { decidePod, type PodFacts } from '../inject/decide.ts';
import { annotationNames, endpointVariable, helperNames, injectLabel } from '../inject/names.ts';
import { type Container, type ContainerList, containerLists, type EnvVar, type Pod } from '../inject/pod.ts';
import { reasons } from '../inject/reasons.ts';
import type { InjectionSettings } from '../inject/settings.ts';
import { isPod } from '../inject/shape.ts';
import { sameJson } from './verify.ts';

/** What is to be taken out of one container. */
export interface ContainerRemoval {
  readonly name: string;
  readonly list: ContainerList;
  readonly index: number;
  /** Indexes in its env, ascending. */
  readonly remove: readonly number[];
  /** Entries under our names that stay, because they are not what inject writes. */
  readonly kept: readonly string[];
  /** Why nothing could be compared, where that is so. */
  readonly problem?: string;
}

export interface PodRemoval {
  readonly containers: readonly ContainerRemoval[];
  /** Program and configuration that injected it. */
  readonly injectedBy: Stamp;
  /** Its place in the text is shared, or a container could not be compared: even the annotation stays. */
  readonly keepsAnnotation: boolean;
}

/**
 * What inject put into a pod template; undefined when it carries no annotation of ours.
 *
 * Nothing is remembered of the values: what inject would write is worked out again for the template without
 * our entries, and entries equal to that in name and value are ours. Whatever else says that this pod is not
 * to be injected (labels, the namespace) may have been added since, and does not count here.
 */
export function decideRemoval(
  template: unknown,
  facts: PodFacts,
  settings: InjectionSettings,
  stamp: Stamp,
): PodRemoval | undefined {
  if (!isPod(template)) return undefined;
  const annotation = template.metadata?.annotations?.[annotationNames.injected];
  const injectedBy = annotationStamp(annotation);
  if (injectedBy === undefined) return undefined;
  const injected = injectedContainers(annotation);
  const decision = decidePod(withoutOurs(template, injected), { ...facts, enabled: true }, settings, stamp);
  const containers = containersOf(template).flatMap(({ list, index, container }): ContainerRemoval[] => {
    if (!injected.has(container.name)) return [];
    const place = { name: container.name, list, index };
    const now = decision.containers.find((decided) => decided.list === list && decided.index === index);
    if (now !== undefined && now.outcome !== 'skipped') {
      return [
        {
          ...place,
          ...compare(
            container,
            now.add.map(({ entry }) => entry),
          ),
        },
      ];
    }
    const reason = now?.reason ?? decision.skipped;
    return [{ ...place, ...compare(container, []), ...(reason && { problem: reasons[reason].summary }) }];
  });
  // Where a container could not be compared, the annotation is what a second try has to go by.
  return { containers, injectedBy, keepsAnnotation: containers.some(({ problem }) => problem !== undefined) };
}

/** Our block starts at the endpoint, or at the helper right before it; nothing before that is ours. */
function blockStart(env: readonly EnvVar[]): number {
  const endpoint = env.findIndex(({ name }) => name === endpointVariable);
  if (endpoint < 0) return env.length;
  const before = env[endpoint - 1];
  return before?.name === helperNames.hostIp && before.valueFrom ? endpoint - 1 : endpoint;
}

const ourNames: ReadonlySet<string> = new Set([endpointVariable, ...Object.values(helperNames)]);

function compare(container: Container, wanted: readonly EnvVar[]): Pick<ContainerRemoval, 'remove' | 'kept'> {
  const env = container.env ?? [];
  const start = blockStart(env);
  const open = [...wanted];
  const remove: number[] = [];
  const kept: string[] = [];
  for (const [offset, entry] of env.slice(start).entries()) {
    const match = open.findIndex((ours) => sameJson(ours, entry));
    if (match >= 0) {
      open.splice(match, 1);
      remove.push(start + offset);
    } else if (ourNames.has(entry.name) || wanted.some(({ name }) => name === entry.name)) kept.push(entry.name);
  }
  return { remove, kept };
}

function containersOf(pod: Pod): { list: ContainerList; index: number; container: Container }[] {
  return containerLists.flatMap((list) =>
    (pod.spec[list] ?? []).map((container, index) => ({ list, index, container })),
  );
}

/** The template as inject saw it, as far as its rules look. */
function withoutOurs(template: Pod, injected: ReadonlySet<string>): Pod {
  const copy = structuredClone(template);
  delete copy.metadata?.annotations?.[annotationNames.injected];
  delete copy.metadata?.labels?.[injectLabel];
  for (const { container } of containersOf(copy)) {
    if (injected.has(container.name) && container.env)
      container.env = container.env.slice(0, blockStart(container.env));
  }
  return copy;
}
