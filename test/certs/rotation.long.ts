import { describe } from 'vitest';
import { holdsForRotations } from './rotation.ts';

describe('for eighty interleavings each, the reconciler', () => {
  holdsForRotations(80);
});
