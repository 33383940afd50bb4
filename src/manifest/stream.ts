import {
  type Alias,
  Composer,
  type Document,
  isAlias,
  isCollection,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml';
import { NodelocalError } from '../errors.ts';
import { kubectlYaml, maxAliasCount } from './kubectl-yaml.ts';

/** One input as the user gave it. */
export interface Source {
  /** As it should appear in messages: a path, or `stdin`. */
  readonly name: string;
  /** The whole text, byte order mark and line ends as they are. */
  readonly text: string;
}

export type Tree = Document.Parsed;

/** One document of a source; offsets in `tree` count UTF-16 units from the start of the source's text. */
export interface ManifestDocument {
  readonly tree: Tree;
  /** What kubectl reads: plain JSON that shares no parts, null for a document without content. */
  readonly value: unknown;
}

export interface Stream extends Source {
  readonly documents: readonly ManifestDocument[];
}

/**
 * Reads a stream of YAML documents (JSON is YAML too). Comments and layout stay in the tree.
 *
 * @throws NodelocalError `input-malformed` that names source, line and column of the first error
 */
export function readStream({ name, text }: Source): Stream {
  const lines = new LineCounter();
  const fail = (offset: number, problem: string, cause?: unknown): never => {
    const { line, col } = lines.linePos(offset);
    throw new NodelocalError('input-malformed', `${name}:${line}:${col}: ${problem}`, { cause });
  };
  const tokens = new Parser(lines.addNewLine).parse(text);
  const documents = [...new Composer(kubectlYaml).compose(tokens, false, text.length)].map((tree) => {
    const [problem] = [...tree.errors.map(({ pos, message }) => ({ offset: pos[0], message })), ...oddNodes(tree)];
    if (problem) fail(problem.offset, problem.message);
    try {
      return { tree, value: plainValue(tree) };
    } catch (error) {
      return fail(tree.range[0], (error as Error).message, error);
    }
  });
  return { name, text, documents };
}

/** Through JSON: what stands behind an alias would be one shared object, and a patch would change all of them. */
function plainValue(tree: Tree): unknown {
  return JSON.parse(JSON.stringify(tree.toJS({ maxAliasCount }) ?? null));
}

/** What is YAML, but nothing that kubectl can read. */
function oddNodes(tree: Tree): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  const add = (node: Node, message: string) => found.push({ offset: node.range?.[0] ?? tree.range[0], message });
  visit(tree, {
    Pair: (_, { key }) => {
      if (isCollection(key)) add(key, 'expected a string as key, got a mapping or list (a template not rendered yet?)');
    },
    Alias: (_, alias) => {
      const problem = aliasProblem(alias, tree);
      if (problem) add(alias, problem);
    },
  });
  return found;
}

function aliasProblem(alias: Alias, tree: Tree): string | undefined {
  const target = alias.resolve(tree);
  if (target === undefined) return `expected an anchor &${alias.source} before *${alias.source}`;
  const [at, end] = [alias.range?.[0] ?? 0, target.range?.[1] ?? 0];
  return !isAlias(target) && at < end ? `*${alias.source} stands inside the very node that it means` : undefined;
}
