import { describe } from 'vitest';
import { holdsForPods } from './properties.ts';

describe('for ten thousand pods a property, injection', () => {
  holdsForPods(10_000);
});
