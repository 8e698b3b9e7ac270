import { defineConfig } from 'vitest/config';
import './test/helpers/clean-environment.ts';

export default defineConfig({
  test: {
    include: [
      'test/torture/**/*.test.ts',
      'test/integration/schedule/calendar-*.test.ts',
      'test/integration/syncs/quality/coverage/formats/malformed-reports.test.ts',
    ],
    env: { TORTURE: 'full' },
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
    reporters: ['verbose', './test/helpers/summary-reporter.ts'],
  },
});
