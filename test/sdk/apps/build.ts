import path from 'node:path';
import { buildGo, runGo } from './build-go.ts';
import { buildJava, runJava } from './build-java.ts';
import { buildNode, runNode } from './build-node.ts';
import { buildPython, runPython } from './build-python.ts';
import { buildRust, runRust } from './build-rust.ts';
import { cached } from './cache.ts';
import type { Program, Release } from './program.ts';

export type { Program, Release } from './program.ts';

type Say = (line: string) => void;

interface Builder {
  /** Fills an empty folder; throws with one plain line. */
  build: (folder: string, release: Release, say: Say) => Promise<void>;
  releases: readonly Release[];
}

const builders = {
  node: { build: buildNode, releases: ['newest', 'oldest'] },
  python: { build: buildPython, releases: ['newest', 'oldest'] },
  go: { build: buildGo, releases: ['newest', 'oldest'] },
  java: {
    build: (folder, release, say) => buildJava(folder, say, release === 'oldest'),
    releases: ['newest', 'oldest'],
  },
  rust: {
    build: (folder, release, say) => buildRust(folder, say, release === 'oldest'),
    releases: ['newest', 'oldest'],
  },
} as const satisfies Record<string, Builder>;

interface Row {
  name: string;
  language: keyof typeof builders;
  protocol: 'http/protobuf' | 'grpc';
  run: (folder: string) => Program;
}

/** The SDK programs. What they read and print: README.md. */
export const apps = [
  { name: 'node-http', language: 'node', protocol: 'http/protobuf', run: runNode },
  { name: 'node-grpc', language: 'node', protocol: 'grpc', run: runNode },
  { name: 'python-http', language: 'python', protocol: 'http/protobuf', run: runPython },
  { name: 'python-grpc', language: 'python', protocol: 'grpc', run: runPython },
  { name: 'java-http', language: 'java', protocol: 'http/protobuf', run: (folder) => runJava(folder, 'java-http') },
  { name: 'java-grpc', language: 'java', protocol: 'grpc', run: (folder) => runJava(folder, 'java-grpc') },
  {
    name: 'javaagent-http',
    language: 'java',
    protocol: 'http/protobuf',
    run: (folder) => runJava(folder, 'javaagent-http'),
  },
  { name: 'go-http', language: 'go', protocol: 'http/protobuf', run: runGo },
  { name: 'go-grpc', language: 'go', protocol: 'grpc', run: runGo },
  { name: 'rust-http', language: 'rust', protocol: 'http/protobuf', run: (folder) => runRust(folder, 'rust-http') },
  { name: 'rust-grpc', language: 'rust', protocol: 'grpc', run: (folder) => runRust(folder, 'rust-grpc') },
] as const satisfies readonly Row[];

export type AppName = (typeof apps)[number]['name'];

/**
 * How to start an SDK program, built on first use into `sdk-LANGUAGE-HASH` of the cache (with `oldest`: the oldest
 * packages that the profile table claims). Where its tools or the registry are missing: one plain line why; it never
 * throws for that.
 */
export async function buildApp(
  name: AppName,
  { oldest = false, say = () => {} }: { oldest?: boolean; say?: Say } = {},
): Promise<Program | { missing: string }> {
  const { language, protocol, run } = row(name);
  const release = oldest ? 'oldest' : 'newest';
  const { build, releases }: Builder = builders[language];
  if (!releases.includes(release)) return { missing: `${name} has no ${release} set of packages` };
  const sources = [path.join(import.meta.dirname, language), path.join(import.meta.dirname, `build-${language}.ts`)];
  const suffix = oldest ? '-oldest' : '';
  try {
    const folder = await cached(`sdk-${language}${suffix}`, sources, async (draft) => {
      say(`building the ${language} SDK program, ${release} packages`);
      await build(draft, release, say);
    });
    const program = run(folder);
    return { ...program, env: { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, ...program.env } };
  } catch (error) {
    return { missing: `${name}: ${(error as Error).message}` };
  }
}

function row(name: AppName): Row {
  const found = apps.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no SDK program named ${name}`);
  return found;
}
