import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineConfig } from 'tsup';

// One CommonJS bundle, split by command: it starts 2-3 times faster than any ESM form.
// Everything is inlined, so a global install is one package with no dependencies.
export default defineConfig({
  entry: {
    main: 'src/main.ts',
    // Of threads.
    'check-trees': 'src/repository/check-thread.ts',
    'read-logs': 'src/syncs/tokens/claude-code/read-thread.ts',
    // For the tests that race a hundred processes for it.
    lock: 'src/run/lock/index.ts',
  },
  format: 'cjs',
  target: 'node20',
  platform: 'node',
  splitting: true,
  minify: true,
  clean: true,
  dts: false,
  sourcemap: true,
  metafile: true,
  noExternal: [/.*/],
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
  onSuccess: writeNotices,
});

/** Writes the licences of the packages that are part of the bundle, as these licences ask for. */
async function writeNotices(): Promise<void> {
  const metafile = 'dist/metafile-cjs.json';
  const { inputs } = JSON.parse(await readFile(metafile, 'utf8')) as { inputs: object };
  const folders = Object.keys(inputs).flatMap(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? [],
  );
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
