import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const time = 'Use system.now(): the clock comes from outside.';
const world = 'Only src/system/ touches the outside world; use the System that you are handed.';

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'data', 'node_modules', 'test/fixtures', 'types'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An empty environment variable counts as unset.
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, ignoreUsingDeclarations: true },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      'src/main.ts',
      'src/system/exec.ts',
      'src/system/node.ts',
      'src/system/open-in-browser.ts',
      'src/system/program-paths.ts',
      'src/system/time-zone.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:child_process', message: world },
            { name: 'node:os', message: world },
            { name: 'execa', message: world },
            { name: 'node:process', message: world },
            {
              name: 'node:fs',
              message: 'Use node:fs/promises.',
              allowImportNames: ['constants', 'Stats', 'Dirent', 'BigIntStats'],
            },
            { name: 'zod', message: "Use `import * as z from 'zod/mini'`: it starts faster." },
          ],
        },
      ],
      'no-restricted-globals': ['error', { name: 'process', message: world }],
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: time }],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: time },
        { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
        {
          selector: 'MemberExpression[object.name="z"][property.name="core"]',
          message:
            'As a value, z.core bundles the messages of every language: start-up pays for it.',
        },
      ],
    },
  },
  {
    // The script of the page runs in a browser.
    files: ['src/report/page/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // The measured hot loops read synchronously; see docs/architecture.md.
    files: [
      'src/util/fs-sync.ts',
      'src/**/*.data.ts',
      'src/git/**/*.ts',
      'src/syncs/**/*.ts',
      'src/discovery/**/*.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:child_process', message: world },
            { name: 'node:os', message: world },
            { name: 'execa', message: world },
            { name: 'node:process', message: world },
            { name: 'zod', message: "Use `import * as z from 'zod/mini'`: it starts faster." },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.{mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['bin/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', process: 'readonly' },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  prettier,
);
