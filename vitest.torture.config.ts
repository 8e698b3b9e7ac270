import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/torture/**/*.test.ts'],
    env: { TORTURE: 'full' },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    reporters: ['verbose', './test/helpers/summary-reporter.ts'],
  },
});
