import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { ContainerDecision, PodDecision } from '../inject/decide.ts';
import { annotationNames } from '../inject/names.ts';
import type { Edit } from './edit.ts';
import { endOfToken, syntaxOf } from './entries.ts';
import { type Entries, gapAfterDash, grow } from './grow.ts';
import { findPair, locate, type Path } from './locate.ts';
import type { Workload } from './objects.ts';
import { type BlockStyle, flow, singleLine } from './render.ts';
import type { Tree } from './stream.ts';

/**
 * The edits that carry out a decision in the text of a workload. Containers come first: where an env and the
 * annotations end up at the same offset, the env stands deeper.
 */
export function injectionEdits(workload: Workload, decision: PodDecision): Edit[] {
  const { annotation } = decision;
  const env = decision.containers.flatMap((container) => envEdits(workload, container));
  return annotation === undefined ? env : [...env, ...annotationEdits(workload, annotation)];
}

function envEdits({ stream, document: { tree }, templatePath }: Workload, container: ContainerDecision): Edit[] {
  if (container.outcome === 'skipped' || container.add.length === 0) return [];
  const listPath = [...templatePath, 'spec', container.list];
  const map = mapAt(tree, [...listPath, container.index]);
  const entries = container.add.map(({ entry }) => entry) as unknown as Entries;
  return grow(stream.text, map, ['env'], entries, styleOf(stream.text, tree, listPath, container.index));
}

function annotationEdits({ stream: { text }, document: { tree }, templatePath }: Workload, value: string): Edit[] {
  const name = annotationNames.injected;
  const annotations = nodeAt(tree, [...templatePath, 'metadata', 'annotations']);
  const existing = isMap(annotations) ? findPair(annotations, name)?.value : undefined;
  if (!isScalar(existing)) {
    const path = ['metadata', 'annotations'];
    const style = { step: stepOf(tree), dash: 0, gap: ' ' };
    return grow(text, mapAt(tree, templatePath), path, { [name]: value }, style, 'spec');
  }
  // Injected before, with other settings: the one value that is ours to replace.
  const { srcToken } = existing;
  if (existing.value === value || !srcToken) return [];
  const insert = isMap(annotations) && annotations.flow ? flow(value) : singleLine(value);
  return [{ at: srcToken.offset, remove: endOfToken(srcToken, text) - srcToken.offset, insert }];
}

/** How new lists look in a container: as the list of containers itself. */
function styleOf(text: string, tree: Tree, listPath: Path, index: number): BlockStyle {
  const list = nodeAt(tree, listPath);
  const parent = nodeAt(tree, listPath.slice(0, -1));
  const step = stepOf(tree);
  if (!isSeq(list) || list.flow || !isMap(parent)) return { step, dash: 0, gap: ' ' };
  const dash = Math.max(0, syntaxOf(list).indent - syntaxOf(parent).indent);
  return { step, dash, gap: gapAfterDash(text, list, index) };
}

/** How much deeper the document's first nested mapping stands; two columns where there is none. */
function stepOf(tree: Tree): number {
  const root = tree.contents;
  if (!isMap(root) || root.flow) return 2;
  const nested = root.items.map((pair) => pair.value).find((value) => isMap(value) && !value.flow);
  const indent = isMap(nested) ? syntaxOf(nested).indent : 0;
  return indent > 0 ? indent : 2;
}

function nodeAt(tree: Tree, path: Path): unknown {
  const found = locate(tree, path);
  return 'node' in found ? found.node : undefined;
}

function mapAt(tree: Tree, path: Path): YAMLMap {
  const node = nodeAt(tree, path);
  if (!isMap(node)) throw new TypeError(`no mapping at ${path.join('.')}`);
  return node;
}
