import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { evaluate } from './data-modules.mjs';
import './test/helpers/clean-environment.ts';

const suite = (name: string) => ({ name, include: [`test/${name}/**/*.test.ts`] });

/** Integration tests that replace modules, which would be replaced for other files of the same process as well. */
const mocked = readdirSync('test/integration', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => `test/integration/${path.replaceAll('\\', '/')}`)
  .filter((path) => readFileSync(path, 'utf8').includes('vi.mock('));

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
        test: { ...suite('unit'), pool: 'threads', setupFiles: 'test/helpers/unit-setup.ts' },
      },
      { extends: true, test: { ...suite('integration'), exclude: mocked } },
      { extends: true, test: { name: 'integration-mocked', include: mocked, isolate: true } },
      { extends: true, test: suite('e2e') },
      { extends: true, test: suite('wine') },
    ],
    // Each process or thread loads src/ once.
    isolate: false,
    // For a machine that is ten times as busy: only a test that hangs takes so long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // More than the cores of a small machine, because many tests wait for processes.
    maxWorkers: 4,
    sequence: { sequencer: WineFirst },
    reporters: ['default', './test/helpers/summary-reporter.ts'],
  },
});
