import type { PodFacts } from '../inject/decide.ts';
import { injectLabel } from '../inject/names.ts';
import { isObject } from '../inject/shape.ts';
import type { ManifestObject } from './objects.ts';

/** What an input says about the surroundings of its own pods. */
export interface InputFacts {
  /**
   * The facts for a pod of a namespace. A namespace that the input does not describe counts as enabled; a
   * ConfigMap that it does not hold counts as not seen, as it may well be in the cluster.
   */
  readonly of: (namespace: string) => PodFacts;
}

export function collectFacts(
  objects: readonly ManifestObject[],
  defaultNamespace: string,
  clusterIPs: readonly string[],
): InputFacts {
  const namespaces = new Map<string, ManifestObject>();
  const configMaps = new Map<string, ManifestObject>();
  for (const object of objects) {
    if (object.apiVersion !== 'v1') continue;
    if (object.kind === 'Namespace') namespaces.set(object.name, object);
    if (object.kind === 'ConfigMap') configMaps.set(`${object.namespace ?? defaultNamespace}/${object.name}`, object);
  }
  return {
    of: (namespace) => {
      const described = namespaces.get(namespace)?.value;
      return {
        enabled: described === undefined || stringsAt(described, 'labels')[injectLabel] === 'enabled',
        namespaceAnnotations: described === undefined ? {} : stringsAt(described, 'annotations'),
        clusterIPs,
        configMap: (name) => {
          const configMap = configMaps.get(`${namespace}/${name}`);
          return configMap && onlyStrings(configMap.value['data']);
        },
      };
    },
  };
}

function stringsAt(object: ManifestObject['value'], key: 'labels' | 'annotations'): Record<string, string> {
  return onlyStrings(isObject(object['metadata']) ? object['metadata'][key] : undefined);
}

function onlyStrings(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
