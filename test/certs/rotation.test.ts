import { describe, expect, it } from 'vitest';
import { holdsForRotations } from './rotation.ts';
import { minute, second, setUp, wroteSecret } from './world.ts';

describe('for a few interleavings, the reconciler', () => {
  holdsForRotations(5);
});

it('rotates in seconds too, with one replica whose watches lag by three times the propagation', async () => {
  const lifetimes = { caMs: 15 * second, leafMs: 3 * second, propagationMs: second };
  const world = setUp([
    { lifetimes, latency: { callMs: 20, watchMs: 20 } },
    { lifetimes, latency: { callMs: 20, watchMs: 3 * second } },
  ]);
  await world.advance(6 * second);
  await world.advance(2 * minute, () => expect(world.allTrusted()).toBe(true));
  const promotions = world.said(wroteSecret).filter((line) => line['action'] === 'promote');
  expect(promotions.length).toBeGreaterThanOrEqual(11);
  expect(world.replicas.flatMap((r) => r.lines).filter((line) => line.level === 'warn')).toEqual([]);
});
