import { describe } from 'vitest';
import { roundTrips } from './round-trip.ts';

describe('in ten thousand random layouts', () => {
  roundTrips(10_000);
});
