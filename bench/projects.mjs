// Measures the projects sync over 1,000 repositories with 160,000 files, and over 500 work trees with long histories,
// against `git status` over all of them, four at a time; and the discovery of projects in a tree of 200,000 entries.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { countGit, printTable, traceCalls } from './calls.mjs';
import { buildHistories } from './histories.mjs';
import { measure, median } from './measure.mjs';
import { createWorkspace } from './workspace.mjs';

const rounds = Number(process.argv[2] ?? 3);
const store = join(tmpdir(), 'sync-runner-bench-projects');
const fleet = join(store, 'fleet');
const tree = join(store, 'tree');
const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com'];

const histories = join(store, 'histories');

create('tree', buildTree);
create('fleet', buildFleet);
create('histories', () => buildHistories(histories, identity));

console.log(
  `Node ${process.version}, ${String(cpus().length)} cores, medians of ${String(rounds)}`,
);
const areWithinLimits = [
  measureFleet(fleet, { first: 2, warm: 0.4 }),
  measureFleet(histories, { first: 1.5, warm: 0.4 }),
];

const discovery = await measureDiscovery();
printTable(
  ['discovery, 200,000 entries', 'wall s', 'limit'],
  [
    ['node -e 0', discovery.node.toFixed(3), ''],
    ['node, discover', discovery.discover.toFixed(3), ''],
    ['minus node start-up', (discovery.discover - discovery.node).toFixed(3), '≤ 0.15'],
  ],
);
const isDiscoveryFast = discovery.discover - discovery.node <= 0.15;
process.exitCode = isDiscoveryFast && areWithinLimits.every(Boolean) ? 0 : 1;

/** Creates a directory of the store, unless it was completed by an earlier benchmark. */
function create(name, build) {
  const complete = join(store, `${name}-complete`);
  if (existsSync(complete)) return;
  rmSync(join(store, name), { recursive: true, force: true });
  build();
  writeFileSync(complete, '');
}

/**
 * Prints a table for a fleet. Returns whether the wall time of the first run, the CPU time of a run without changes,
 * both as a ratio to `git status`, and the memory are within their limits.
 */
function measureFleet(root, limits) {
  const { env, command, reset, remove, workspace } = createWorkspace(root, 'projects');
  const status = [
    'bash',
    '-c',
    `ls -d '${root}'/* | xargs -P4 -I{} git -C {} status --porcelain=v2 --branch`,
  ];
  const results = { status: [], first: [], warm: [], warmStatus: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.status.push(measure(status, { env }));
    reset();
    results.first.push(measure(command, { env }));
  }
  reset();
  const firstStarts = countGit(traceCalls('execve', command, { env }));
  const pending = [countPending(workspace)];
  for (; pending.at(-1) > 0; pending.push(countPending(workspace))) measure(command, { env });
  const warmStarts = countGit(traceCalls('execve', command, { env }));
  for (let round = 0; round < rounds; round += 1) {
    results.warmStatus.push(measure(status, { env }));
    results.warm.push(measure(command, { env }));
  }
  remove();

  const of = (name, key) => median(results[name].map((one) => one[key]));
  const ratio = (name, key) => {
    const statuses = name === 'warm' ? results.warmStatus : results.status;
    return median(results[name].map((one, at) => one[key] / statuses[at][key]));
  };
  const row = (label, name, limit, starts) => [
    label,
    ...[of(name, 'wall').toFixed(2), of(name, 'cpu').toFixed(2)],
    ...[ratio(name, 'wall').toFixed(2), ratio(name, 'cpu').toFixed(2), limit],
    ...[of(name, 'mebibytes').toFixed(0), starts],
  ];
  const trees = readdirSync(root).length;
  printTable(
    [
      ...[`${String(trees)} work trees`, 'wall s', 'CPU s', 'wall ratio', 'CPU ratio', 'limit'],
      ...['RSS MiB', 'git processes'],
    ],
    [
      row('git status, four at a time', 'status', '', String(trees)),
      row('first run', 'first', `wall ≤ ${String(limits.first)}`, String(firstStarts)),
      row('nothing changed', 'warm', `CPU ≤ ${String(limits.warm)}`, String(warmStarts)),
    ],
  );
  console.log(`Repositories with pending facts after each run: ${pending.join(', ')}`);
  return (
    ratio('first', 'wall') <= limits.first &&
    ratio('warm', 'cpu') <= limits.warm &&
    of('first', 'mebibytes') <= 150 &&
    of('warm', 'mebibytes') <= 150
  );
}

function countPending(workspace) {
  const { projects } = JSON.parse(readFileSync(join(workspace, 'data/projects.json'), 'utf8'));
  return projects.filter(
    ({ counts, git }) =>
      counts.commitsPending === true || (git?.commitDays != null && git.changedLines === null),
  ).length;
}

/** 1,000 repositories: 20 to 3,000 files, 160 on average; a third packed, a quarter edited, a fifth with new files. */
function buildFleet() {
  for (let index = 0; index < 1000; index += 1) {
    const cwd = join(fleet, `repository-${String(index)}`);
    const count = index % 100 === 0 ? 3000 : index % 10 === 0 ? 400 : 20 + ((index * 37) % 171);
    for (let file = 0; file < count; file += 1) {
      const dir = join(cwd, `folder-${String(file % Math.ceil(count / 12))}`);
      if (file < Math.ceil(count / 12)) mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, `file-${String(file)}.js`), `export const x = ${String(file)};\n`);
    }
    const git = (...words) => execFileSync('git', [...identity, ...words], { cwd });
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'First commit');
    for (let more = 0; more < index % 4; more += 1) {
      appendFileSync(join(cwd, 'folder-0/file-0.js'), '// more\n');
      git('commit', '-qam', `Commit ${String(more)}`);
    }
    if (index % 3 === 0) git('gc', '-q');
    if (index % 4 === 0) appendFileSync(join(cwd, 'folder-0/file-0.js'), '// edited\n');
    if (index % 5 === 0) writeFileSync(join(cwd, 'new.js'), '');
  }
}

/** Creates a tree of repositories, `node_modules` and directories without projects. */
function buildTree() {
  for (let index = 0; index < 210; index += 1) {
    const cwd = join(tree, `group-${String(index % 15)}`, `project-${String(index)}`);
    mkdirSync(join(cwd, '.git'), { recursive: true });
    for (let folder = 0; folder < 60; folder += 1) {
      const inside = index % 2 === 0 ? 'node_modules' : 'src';
      const path = join(cwd, inside, `part-${String(folder)}`);
      mkdirSync(path, { recursive: true });
      for (let file = 0; file < 15; file += 1) writeFileSync(join(path, `${String(file)}.js`), '');
    }
  }
  for (let index = 0; index < 1000; index += 1) {
    mkdirSync(join(tree, `plain-${String(index % 20)}`, `folder-${String(index)}`), {
      recursive: true,
    });
  }
}

async function measureDiscovery() {
  const outfile = join(store, 'discover.cjs');
  await bundle(
    `import { discover } from './src/discovery/discover.ts';
        const options = { roots: [${JSON.stringify(tree)}], include: [], exclude: [], maxDepth: 8, includeNested: false, trustedOwners: [] };
        const repositories = { open: () => Promise.reject(new Error('no known repository')) };
        const { signal } = new AbortController();
        discover({ workspaceRoot: '/', home: '/', options, known: [], repositories, signal })
          .then(({ projects }) => { if (projects.length !== 210) throw new Error(String(projects.length)); });`,
    outfile,
    'cjs',
  );
  const env = { PATH: process.env.PATH };
  const times = { node: [], discover: [] };
  for (let round = 0; round < 11; round += 1) {
    times.node.push(measure([process.execPath, '-e', '0'], { env }).wall);
    times.discover.push(measure([process.execPath, outfile], { env }).wall);
  }
  return { node: median(times.node), discover: median(times.discover) };
}
