import { defineConfig } from 'vitest/config';

/** `unit` is `npm test` (under two minutes); `long` holds the same properties over many more cases. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'] } },
      {
        test: {
          name: 'cluster',
          include: ['test/**/*.cluster.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'collector',
          include: ['test/**/*.collector.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'sdk',
          include: ['test/**/*.sdk.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'collector-long',
          include: ['test/**/*.collector-long.ts'],
          testTimeout: 900_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'long', include: ['test/**/*.long.ts'], testTimeout: 1_800_000 } },
    ],
  },
});
