import { defineConfig } from 'tsup';

// One CommonJS bundle, split by command: it starts 2-3 times faster than any ESM form.
// Everything is inlined, so a global install is one package with no dependencies.
export default defineConfig({
  entry: { main: 'src/main.ts', lock: 'src/run/lock/index.ts' },
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  splitting: true,
  minify: true,
  clean: true,
  dts: false,
  sourcemap: true,
  noExternal: [/.*/],
  outExtension: () => ({ js: '.cjs' }),
});
