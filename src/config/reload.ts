import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadedSettings } from './load.ts';
import type { Settings } from './settings.ts';

export interface ReloadOptions {
  /** The settings as they are now; throws for a file that cannot be read or used. */
  readonly load: () => Promise<LoadedSettings>;
  /** Called at each look that found settings that can be used. */
  readonly onRead?: () => void;
  readonly onChange: (settings: Settings) => void;
  /** Called once for each distinct problem, not at every look; the settings in force stay. */
  readonly onProblem: (error: unknown) => void;
  readonly everyMs: number;
}

/**
 * Looks at the settings again and again, until the returned function is called. A mounted ConfigMap changes by
 * a symlink far above the file, which no watch on the file sees, so the content itself is compared.
 */
export function reloadSettings(
  first: Settings,
  { load, onRead, onChange, onProblem, everyMs }: ReloadOptions,
): () => void {
  let inForce = JSON.stringify(first);
  let lastProblem = '';
  const look = async (): Promise<void> => {
    try {
      const { settings } = await load();
      lastProblem = '';
      onRead?.();
      const text = JSON.stringify(settings);
      if (text === inForce) return;
      inForce = text;
      onChange(settings);
    } catch (error) {
      const problem = String(error);
      if (problem !== lastProblem) onProblem(error);
      lastProblem = problem;
    }
  };
  const stopping = new AbortController();
  void (async () => {
    while (!stopping.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!stopping.signal.aborted) await look();
    }
  })();
  return () => stopping.abort();
}
