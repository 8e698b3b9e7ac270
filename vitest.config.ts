import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { evaluate } from './data-modules.mjs';
import './test/helpers/clean-environment.ts';

const suite = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });

/** Replaces data modules by the values of their exports, which each process would compute otherwise. */
const dataModules = {
  name: 'data-modules',
  load: {
    filter: { id: /\.data\.ts$/ },
    handler: async (path: string) => {
      const exports = await evaluate(path);
      const json = JSON.stringify(JSON.stringify(exports));
      return `export const { ${Object.keys(exports).join(', ')} } = JSON.parse(${json});`;
    },
  },
};

/** Starts with the few long files of `test/wine`, so that short ones are left for the end. */
class WineFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWine = ({ project }: TestSpecification): number => Number(project.name === 'wine');
    return (await super.sort(files)).toSorted((one, other) => isWine(other) - isWine(one));
  }
}

export default defineConfig({
  plugins: [dataModules],
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
    // For a machine that is ten times as busy: only a test that hangs takes so long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // More than the cores of a small machine, because many tests wait for processes.
    maxWorkers: 4,
    sequence: { sequencer: WineFirst },
    reporters: ['default', './test/helpers/summary-reporter.ts'],
  },
});
