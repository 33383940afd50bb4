import type { CommandSpec } from './command.ts';

/**
 * Every command, by name, in the order of the help. Each is loaded only when it is asked for, so that
 * `--version` and `serve` do not pay for the others.
 */
export const catalog: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  serve: async () => (await import('./serve.ts')).serve,
  inject: async () => (await import('./inject.ts')).inject,
  uninject: async () => (await import('./uninject.ts')).uninject,
  explain: async () => (await import('./explain.ts')).explain,
  demo: async () => (await import('./demo.ts')).demo,
};
