import { defineConfig } from 'vitest/config';

/** `unit` is `npm test` (under two minutes); `long` holds the same properties over many more cases. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/cluster/**', 'test/collector/**'] } },
      { test: { name: 'long', include: ['test/**/*.long.ts'], testTimeout: 1_800_000 } },
    ],
  },
});
