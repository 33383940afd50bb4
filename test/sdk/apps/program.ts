/** How an SDK app is started. */
export interface Program {
  command: string;
  args: string[];
  /** What makes the program what its name says; whoever starts it adds endpoint, service name and what is to be tested. */
  env: Record<string, string>;
  /** Of its OTLP exporters, or of the SDK where they have one version. */
  version: string;
}

/** Which of a language's pinned sets of packages: the newest, or the oldest that the profile table claims. */
export type Release = 'newest' | 'oldest';
