import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

// The journeys on a real cluster: one after the other, since they share its operator. (Merging would add their files to the
// others instead of putting them in their place.)
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['e2e/**/*.cell.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    maxWorkers: 1,
  },
});
