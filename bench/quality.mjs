// Measures the TODO scan of the quality sync over 24 repositories with about 65,000 files, against ripgrep.
// The repositories are assembled from npm packages and cached in the temporary directory of the system.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { countGit, printTable, traceCalls } from './calls.mjs';
import { measure, median } from './measure.mjs';
import { createWorkspace } from './workspace.mjs';

const rounds = Number(process.argv[2] ?? 5);
const store = join(tmpdir(), 'sync-runner-bench-quality');
const corpus = join(store, 'corpus');
const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];
const filesEach = 2710;
const repositories = 24;
/**
 * Packages with hand-written sources, documentation, data and source maps. Packages of thousands of one-line modules
 * (icons, one function per file) are not included: a file of a real repository has 5.7 kB on average.
 */
const packages = (
  'typescript@5.9.3 webpack@5.101.3 three@0.180.0 @babylonjs/core@8.28.0 cesium@1.133.1 ' +
  'echarts@6.0.0 phaser@3.90.0 firebase@12.3.0 @tensorflow/tfjs-core@4.22.0 next@15.5.3 ' +
  '@tensorflow/tfjs-layers@4.22.0 typeorm@0.3.27 sequelize@6.37.7 mongodb@6.20.0 ' +
  'ol@10.6.1 pdfjs-dist@5.4.149 exceljs@4.4.0 video.js@8.23.4 plotly.js@3.1.0 ' +
  'tinymce@8.1.2 react-native@0.81.4 aws-sdk@2.1692.0 ace-builds@1.43.3 ' +
  'monaco-editor@0.53.0 npm@11.6.0 bootstrap@5.3.8 eslint@9.36.0 svelte@5.39.3 ' +
  'vue@3.5.21 rxjs@7.8.2 ckeditor5@46.1.1 vite@7.1.6 rollup@4.52.0 jest@30.1.3 ' +
  'mathjs@14.8.0 googleapis@160.0.0'
).split(' ');

if (!existsSync(join(store, 'complete'))) {
  rmSync(store, { recursive: true, force: true });
  assemble();
  writeFileSync(join(store, 'complete'), '');
}

const { env, command, reset, remove } = createWorkspace(corpus, 'quality');
const search = ['bash', '-c', `rg -c -w --hidden 'TODO|FIXME' '${corpus}' || [ $? = 1 ]`];

const results = { search: [], cold: [], warm: [] };
for (let round = 0; round < rounds; round += 1) {
  results.search.push(measure(search, { env }));
  reset();
  results.cold.push(measure(command, { env }));
  results.warm.push(measure(command, { env }));
}
const opened = /openat?\([^"]*"([^"]*)"/;
const isSource = (line) => {
  const path = opened.exec(line)?.[1] ?? '';
  return path.startsWith(corpus) && !path.includes('/.git');
};
const trace = traceCalls('execve,open,openat', command, { env });
const opens = trace.filter((line) => isSource(line) && !line.includes('O_DIRECTORY')).length;
const starts = countGit(trace);
remove();

const ratio = (name) => median(results[name].map(({ cpu }, at) => cpu / results.search[at].cpu));
const row = (label, name, limit, more) => [
  label,
  ...['wall', 'cpu'].map((key) => median(results[name].map((one) => one[key])).toFixed(2)),
  ...[ratio(name).toFixed(2), limit],
  median(results[name].map(({ mebibytes }) => mebibytes)).toFixed(0),
  ...more,
];
const files = readdirSync(corpus).reduce(
  (sum, name) =>
    sum + Number(execFileSync('sh', ['-c', 'git ls-files | wc -l'], { cwd: join(corpus, name) })),
  0,
);
console.log(
  `Node ${process.version}, ${String(cpus().length)} cores, ${String(files)} tracked files, medians of ${String(rounds)}`,
);
printTable(
  [
    '24 repositories',
    'wall s',
    'CPU s',
    'CPU ratio',
    'limit',
    'RSS MiB',
    'git processes',
    'files opened',
  ],
  [
    row("rg -c -w --hidden 'TODO|FIXME'", 'search', '', ['', '']),
    row('first run', 'cold', '≤ 0.8', ['', '']),
    row('nothing changed', 'warm', '≤ 0.4', [String(starts), String(opens)]),
  ],
);
process.exitCode =
  ratio('cold') <= 0.8 && ratio('warm') <= 0.4 && starts === 0 && opens === 0 ? 0 : 1;

/** Installs the packages with their dependencies and distributes their files among the repositories. */
function assemble() {
  const source = join(store, 'source');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'package.json'), '{"private":true}');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--force', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags, ...packages], { cwd: source, stdio: 'inherit' });
  const list = execFileSync('find', ['node_modules', '-type', 'f', '-not', '-name', '.*'], {
    cwd: source,
    maxBuffer: 1024 ** 3,
    encoding: 'utf8',
  });
  const paths = list.trim().split('\n').sort();
  const step = Math.max(1, Math.floor(paths.length / (repositories * filesEach)));
  const chosen = paths.filter((_, at) => at % step === 0);
  for (let index = 0; index < repositories; index += 1) {
    const cwd = join(corpus, `repository-${String(index)}`);
    mkdirSync(cwd, { recursive: true });
    const part = chosen.slice(index * filesEach, (index + 1) * filesEach);
    // `node_modules` would be ignored as third-party code.
    execFileSync('tar', ['-c', '--null', '-T', '-', '-f', join(store, 'part.tar')], {
      cwd: source,
      input: part.join('\0'),
    });
    const rename = '--transform=s,node_modules,packages,g';
    execFileSync('tar', ['-x', rename, '-f', join(store, 'part.tar')], { cwd });
    const git = (...words) => execFileSync('git', [...identity, ...words], { cwd });
    git('init', '-q');
    git('add', '-A', '-f');
    git('commit', '-qm', 'First commit');
  }
  rmSync(source, { recursive: true });
  rmSync(join(store, 'part.tar'));
}
