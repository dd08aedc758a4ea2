import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// The journeys on a real cluster: one after the other, since they share its operator.
export default mergeConfig(
  base,
  defineConfig({
    test: { include: ['e2e/**/*.cell.ts'], testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false, maxWorkers: 1 },
  }),
);
