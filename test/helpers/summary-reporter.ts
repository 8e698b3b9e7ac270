import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed` as the last line of a test run, for continuous integration. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const testModule of modules) {
      if (testModule.errors().length > 0) count.failed += 1;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else count.skipped += 1;
      }
    }
    count.failed += errors.length;
    const skipped = count.skipped > 0 ? `, ${String(count.skipped)} skipped` : '';
    process.stdout.write(
      `${String(count.passed)} passed, ${String(count.failed)} failed${skipped}\n`,
    );
  }
}
