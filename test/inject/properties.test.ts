import { describe } from 'vitest';
import { holdsForPods } from './properties.ts';

describe('for a few hundred pods, injection', () => {
  holdsForPods(500);
});
