import type { UserValue } from './user-value.ts';

export interface QueueSettings {
  /** Items of one signal that wait for the exporter. */
  queueSize: number;
  /** The same in a container with a memory limit below `smallMemory`. */
  smallQueueSize: number;
  /** Bytes. */
  smallMemory: number;
}

/** The default of every SDK; a smaller queue would lose more than no variable at all. */
const defaultQueueSize = 2048;
/** The most that `retry.queueSize` can be: Java takes the memory for a whole queue at once when it starts. */
const largestQueueSize = 131_072;

/**
 * The size of a signal's queue, never below the default or the user's batch size: some SDKs fail to start
 * when a batch does not fit the queue. Undefined, so not to be set, where that batch size cannot be read, or is
 * larger than any queue we set.
 */
export function queueSize(
  settings: QueueSettings,
  batchSize: UserValue | undefined,
  memoryLimitBytes: number | undefined,
): string | undefined {
  const batch = batchSize === undefined ? 0 : countOf(batchSize);
  if (batch === undefined || batch > largestQueueSize) return undefined;
  const isSmall = memoryLimitBytes !== undefined && memoryLimitBytes < settings.smallMemory;
  return String(Math.max(isSmall ? settings.smallQueueSize : settings.queueSize, batch, defaultQueueSize));
}

function countOf(value: UserValue): number | undefined {
  return value.kind === 'literal' && /^\s*\d{1,9}\s*$/.test(value.value) ? Number(value.value) : undefined;
}
