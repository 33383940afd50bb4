import { describe } from 'vitest';
import { holdsForRotations } from './rotation.ts';

describe('for hundreds of interleavings, the reconciler', () => {
  holdsForRotations(300);
});
