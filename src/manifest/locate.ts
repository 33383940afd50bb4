import { isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from 'yaml';
import { isMerge } from './kubectl-yaml.ts';
import type { Tree } from './stream.ts';

export type Path = readonly (string | number)[];

/** The pair of a key; of a repeated key the last, which is the one that counts. */
export function findPair(map: YAMLMap, key: string): Pair<Node, Node | null> | undefined {
  const pairs = map.items as Pair<Node, Node | null>[];
  return pairs.findLast((pair) => isScalar(pair.key) && !isMerge(pair) && String(pair.key.value) === key);
}

/** A node that a change may be made in, or why a change there would be one in other places too. */
export type Found = { readonly node: Node | null | undefined } | { readonly shared: string };

/**
 * Walks from the root of a document to a node; undefined where the path ends early.
 *
 * Everything on the way must stand there for itself: not behind an alias, not anchored for an alias
 * elsewhere, and no mapping on the way may take keys over with `<<`.
 */
export function locate(tree: Tree, path: Path): Found {
  const aliased = aliasedNames(tree);
  let node: Node | null | undefined = tree.contents;
  for (let depth = 0; ; depth++) {
    const place = path.slice(0, depth).join('.') || 'the object';
    if (isAlias(node)) return { shared: `${place} is an alias (*${node.source})` };
    const anchor = (node as { anchor?: string } | null | undefined)?.anchor;
    if (anchor !== undefined && aliased.has(anchor)) return { shared: `${place} is used elsewhere (*${anchor})` };
    if (isMap(node) && node.items.some(isMerge)) return { shared: `${place} merges another mapping (<<)` };
    if (depth === path.length || !node) return { node };
    node = childOf(node, path[depth] ?? '');
  }
}

function childOf(node: Node, step: string | number): Node | null | undefined {
  if (isMap(node)) return findPair(node, String(step))?.value;
  const item = isSeq(node) && typeof step === 'number' ? node.items[step] : undefined;
  return isNode(item) ? item : undefined;
}

const aliasedByTree = new WeakMap<Tree, ReadonlySet<string>>();

function aliasedNames(tree: Tree): ReadonlySet<string> {
  const known = aliasedByTree.get(tree);
  if (known) return known;
  const names = new Set<string>();
  visit(tree, { Alias: (_, { source }) => void names.add(source) });
  aliasedByTree.set(tree, names);
  return names;
}
