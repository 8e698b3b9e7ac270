import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['unit', 'integration', 'e2e'].map((name) => ({
      extends: true,
      test: { name, include: [`test/${name}/**/*.test.ts`] },
    })),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './test/helpers/summary-reporter.ts'],
  },
});
