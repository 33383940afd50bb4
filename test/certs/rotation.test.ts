import { describe } from 'vitest';
import { holdsForRotations } from './rotation.ts';

describe('for a few interleavings, the reconciler', () => {
  holdsForRotations(5);
});
