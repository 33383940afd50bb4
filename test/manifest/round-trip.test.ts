import { describe } from 'vitest';
import { roundTrips } from './round-trip.ts';

describe('in a hundred random layouts', { timeout: 30_000 }, () => {
  roundTrips(100);
});
