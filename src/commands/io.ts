/** Where words and data go: process.stdout and process.stderr, or a list of strings in tests. */
interface TextSink {
  write(text: string): unknown;
  /** True where a person reads it: colours are allowed only then. */
  readonly isTTY?: boolean;
}

/**
 * Everything a command may touch of its process. Only src/main.ts makes one from the real process; tests
 * make their own, so that no command needs to be run in a child process to be tested.
 */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array | string>;
  /** Data only: what a script would read. */
  readonly stdout: TextSink;
  /** Words for people, and logs. */
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths that a person gave start here. */
  readonly cwd: string;
  /** The folder that holds package.json, in the repository and in an installed package. */
  readonly packageRoot: string;
  readonly version: string;
  /** Aborted by SIGTERM and SIGINT: finish what is under way, then return. */
  readonly signal: AbortSignal;
}
