// Measures runs over 10,000 small repositories on one machine, the commands that show them, and, with FLEET_URL in the
// environment, their publication: node bench/many-repositories.mjs [repositories]
import { appendFileSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printTable } from './calls.mjs';
import { createRepository } from './git-repository.mjs';
import { measure } from './measure.mjs';
import { createWorkspace } from './workspace.mjs';

const count = Number(process.argv[2] ?? 10_000);
const root = join(tmpdir(), `sync-runner-bench-repositories-${String(count)}`);

if (!existsSync(`${root}-complete`)) {
  rmSync(root, { recursive: true, force: true });
  for (let index = 0; index < count; index += 1) create(index);
  writeFileSync(`${root}-complete`, '');
}

const { FLEET_URL } = process.env;
const { workspace, env, remove } = createWorkspace(root, 'projects');
const cli = join(import.meta.dirname, '../bin/sync-runner.cjs');
if (FLEET_URL !== undefined) {
  const config = { projects: { roots: [root] }, fleet: { url: '$FLEET_URL', timeoutSeconds: 1 } };
  writeFileSync(join(workspace, 'data/config/sync.json'), JSON.stringify(config));
  env.FLEET_URL = FLEET_URL;
}
const rows = [];
const measured = (title, ...args) => {
  const output = join(workspace, 'output');
  const { wall, cpu, mebibytes } = measure([process.execPath, cli, ...args], { env, output });
  const size = (statSync(output).size / 1024).toFixed(0);
  rows.push([title, wall.toFixed(2), cpu.toFixed(2), mebibytes.toFixed(0), size]);
};
measured('first run', 'run', '--quiet');
measured('second run', 'run', '--quiet');
measured('nothing changed', 'run', '--quiet');
for (const command of ['status', 'today', 'projects', 'projects --json', 'export projects']) {
  measured(command, ...command.split(' '));
}
measured('report', 'report', '--quiet');
if (FLEET_URL !== undefined) {
  measured('publish', 'publish');
  measured('publish, nothing changed', 'publish');
}
for (const name of ['projects.json', 'quality.json', 'analytics.json', 'report.html']) {
  const path = join(workspace, 'data', name);
  if (existsSync(path)) rows.push([name, '', '', '', (statSync(path).size / 1024).toFixed(0)]);
}
remove();
printTable([`${String(count)} repositories`, 'wall s', 'CPU s', 'RSS MiB', 'output KiB'], rows);

/** A repository with 8 files and 1 to 3 commits; a tenth is edited. */
function create(index) {
  const name = `service-${String(index)}`;
  const cwd = join(root, `team-${String(index % 100)}`, name);
  const about = {
    'README.md': `# ${name}\n`,
    LICENSE: 'MIT License\n',
    'package.json': JSON.stringify({ name, license: 'MIT' }),
  };
  const commits = Array.from({ length: 1 + (index % 3) }, (_, version) => {
    const source = (file) =>
      `// TODO: ${name}\nexport const x${String(file)} = ${String(version)};\n`.repeat(10);
    const sources = [0, 1, 2, 3, 4].map((file) => [`src/file-${String(file)}.js`, source(file)]);
    return { ...about, ...Object.fromEntries(sources) };
  });
  const remote = `git@github.com:acme/${name}.git`;
  const atSeconds = 1_790_000_000 + index;
  createRepository(cwd, { commits, remote, author: 'Bench <bench@example.com>', atSeconds });
  if (index % 10 === 0) appendFileSync(join(cwd, 'src/file-0.js'), '// edited\n');
}
