import { resolve } from 'node:path';
import { build } from 'rolldown';

const entry = resolve(import.meta.dirname, '../bench-entry.ts');

/** Bundles `code`, whose imports are relative to the root directory of the project, into one file. */
export const bundle = (code, file, format) =>
  build({
    input: entry,
    plugins: [
      {
        name: 'bench-entry',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? code : null),
      },
    ],
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20' },
    output: { file, format, codeSplitting: false },
    logLevel: 'warn',
  });
