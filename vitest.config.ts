import { defineConfig } from 'vitest/config';

const suite = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        // Not isolated: each thread loads src/ once. Tests with mocked modules are integration tests.
        test: {
          ...suite('unit'),
          pool: 'threads',
          isolate: false,
          setupFiles: 'test/helpers/unit-setup.ts',
        },
      },
      { extends: true, test: suite('integration') },
      { extends: true, test: suite('e2e') },
      { extends: true, test: suite('wine') },
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // More than the cores of a small machine, because many tests wait for processes.
    maxWorkers: 3,
    reporters: ['default', './test/helpers/summary-reporter.ts'],
  },
});
