// Measures the time that a tracefile of 50 MB with 1.4 million branches adds to a run of the quality sync.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { printTable } from './calls.mjs';
import { measure, median } from './measure.mjs';
import { createWorkspace } from './workspace.mjs';

const rounds = Number(process.argv[2] ?? 7);
const bytes = 50_000_000;
const branches = 1_400_000;

const root = mkdtempSync(join(tmpdir(), 'sync-runner-bench-coverage-'));
const project = join(root, 'project');
const report = join(project, 'coverage/lcov.info');
mkdirSync(join(project, 'coverage'), { recursive: true });
execFileSync('git', ['init', '-q', project]);
const { env, command, reset, remove } = createWorkspace(root, 'quality');

const sourceFiles = 2000;
const sourcePath = (file) => `packages/module-${String(file % 40)}/src/file-${String(file)}.ts`;
for (let file = 0; file < sourceFiles; file += 1) {
  const path = join(project, sourcePath(file));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}
const tracefile = makeTracefile();
const results = { without: [], with: [] };
for (let round = 0; round < rounds; round += 1) {
  rmSync(report, { force: true });
  reset();
  results.without.push(measure(command, { env }));
  writeFileSync(report, tracefile);
  reset();
  results.with.push(measure(command, { env }));
}
remove();
rmSync(root, { recursive: true });

const of = (name, key) => median(results[name].map((one) => one[key]));
const added = (key) => of('with', key) - of('without', key);
console.log(
  `Node ${process.version}, ${String(cpus().length)} cores, medians of ${String(rounds)}`,
);
printTable(
  ['an lcov.info of 50 MB', 'wall s', 'CPU s', 'limit', 'RSS MiB'],
  [
    [
      'without it',
      of('without', 'wall').toFixed(2),
      of('without', 'cpu').toFixed(2),
      '',
      of('without', 'mebibytes').toFixed(0),
    ],
    [
      'with it',
      of('with', 'wall').toFixed(2),
      of('with', 'cpu').toFixed(2),
      '',
      of('with', 'mebibytes').toFixed(0),
    ],
    ['added', added('wall').toFixed(2), added('cpu').toFixed(2), '< 0.5', ''],
  ],
);
process.exitCode = added('cpu') < 0.5 ? 0 : 1;

/** Returns a tracefile of 2,000 source files with 700 branches each, filled up with lines. */
function makeTracefile() {
  const files = sourceFiles;
  const branchesEach = branches / files;
  const records = [];
  for (let file = 0; file < files; file += 1) {
    const lines = [`TN:`, `SF:${sourcePath(file)}`];
    for (let at = 1; at <= 30; at += 1) {
      lines.push(`FN:${String(at * 10)},function_${String(at)}`);
      lines.push(`FNDA:${String(at % 3)},function_${String(at)}`);
    }
    for (let at = 0; at < branchesEach; at += 1) {
      const taken = at % 4 === 0 ? '-' : String(at % 9);
      lines.push(`BRDA:${String(at + 1)},${String(at >> 1)},${String(at & 1)},${taken}`);
    }
    let size = lines.reduce((sum, line) => sum + line.length + 1, 0);
    for (let at = 1; size < bytes / files; at += 1) {
      const line = `DA:${String(at)},${String((at * 7) % 5)}`;
      lines.push(line);
      size += line.length + 1;
    }
    records.push(...lines, 'end_of_record');
  }
  return `${records.join('\n')}\n`;
}
