import data from './measurements.json' with { type: 'json' };
import type { Measurements } from './measurements.ts';

/**
 * The results of the SDK matrix. Apart from what reads them, and handed to it: they are large, and the webhook answers without.
 * JSON has no literal types and no tuples; a test reads the file strictly.
 */
export const measurements = data as unknown as Measurements;
