import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectsSnapshot, type Project } from '../../src/schema/projects.ts';
import { runCli } from '../helpers/cli.ts';
import { randomFrom } from '../helpers/random.ts';
import { editedFiles, edits, initialFiles } from '../helpers/random-edits.ts';
import { git, temporaryWorkspace } from '../helpers/workspace.ts';

/** To repeat a failure: `SEED=7 npm run torture -- test/torture/git-states.test.ts`. */
const seed = Number(process.env['SEED'] ?? Date.now() % 1e6);
const sequences = 300;
/** Repositories of one workspace: a run reads all of them, so that this is also the number of sequences at a time. */
const batch = 20;
const steps = 10;

/** Returns the facts of `git status --porcelain=v2 --branch` that the registry contains. */
function gitStatus(path: string): object {
  const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '-z'];
  const entries = git(path, ...args, '--untracked-files=all').split('\0');
  const changes = { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 };
  const header = new Map<string, string>();
  while (entries.length > 0) {
    const entry = entries.shift() ?? '';
    const [type = '', second = ''] = entry.split(' ');
    if (type === '#') header.set(second, entry.slice(`# ${second} `.length));
    else if (type === '?') changes.untracked += 1;
    else if (type === 'u') changes.conflicts += 1;
    else if (type === '1' || type === '2') {
      if (!second.startsWith('.')) changes.staged += 1;
      if (second[1] !== '.') changes.unstaged += 1;
      // The next field is the old name.
      if (type === '2') entries.shift();
    }
  }
  const oid = header.get('branch.oid') ?? '';
  const branch = header.get('branch.head') ?? '';
  const [, ahead = null, behind = null] =
    /^\+(\d+) -(\d+)$/.exec(header.get('branch.ab') ?? '')?.map(Number) ?? [];
  return {
    branch: branch === '(detached)' ? null : branch,
    hash: oid === '(initial)' ? null : oid,
    upstream: header.get('branch.upstream') ?? null,
    ahead,
    behind,
    changes,
  };
}

/** Returns the same facts of the registry. */
const registered = ({ git: facts }: Project): object => ({
  branch: facts?.branch ?? null,
  hash: facts?.lastCommit?.hash ?? null,
  upstream: facts?.upstream ?? null,
  ahead: facts?.ahead ?? null,
  behind: facts?.behind ?? null,
  changes: facts?.changes ?? null,
});

test(
  `the registry equals git status after each step of ${String(sequences)} random sequences of git operations`,
  { timeout: 3_600_000 },
  async () => {
    const random = randomFrom(seed);
    const kinds = Object.keys(edits);
    const differences: object[] = [];
    let compared = 0;
    let unknown = 0;
    for (let first = 0; first < sequences; first += batch) {
      await using workspace = await temporaryWorkspace();
      const repositories = [];
      for (let index = 0; index < batch; index += 1) {
        repositories.push(await workspace.gitRepository(`code/r${String(index)}`, initialFiles));
      }
      const logs = repositories.map((): string[] => []);
      for (let step = 0; step < steps; step += 1) {
        for (const [index, { path }] of repositories.entries()) {
          const kind = kinds[random(kinds.length)] ?? '';
          const file = editedFiles[random(editedFiles.length)] ?? '';
          edits[kind]?.(path, file, step);
          logs[index]?.push(`${kind} ${file}`);
        }
        const { exitCode, stderr } = await runCli(['run', '--only', 'projects'], {
          cwd: workspace.root,
        });
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
        const text = readFileSync(workspace.paths.snapshot('projects'), 'utf8');
        const { projects } = projectsSnapshot.parse(JSON.parse(text));
        for (const [index, { path }] of repositories.entries()) {
          const project = projects.find((one) => one.path === path);
          const expected = gitStatus(path);
          const actual = project === undefined ? null : registered(project);
          compared += 1;
          const changes = project?.git?.changes ?? null;
          // Null with a reason is not a wrong value.
          const isUnknown = changes === null && (project?.git?.error ?? null) !== null;
          if (isUnknown) unknown += 1;
          const reference = isUnknown ? { ...expected, changes: null } : expected;
          if (JSON.stringify(actual) !== JSON.stringify(reference)) {
            differences.push({ seed, log: logs[index], expected, actual });
          }
        }
      }
    }
    const version = execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
    process.stdout.write(
      `${version}, seed ${String(seed)}: ${String(compared)} states of ${String(sequences)} sequences, ` +
        `${String(differences.length)} differences, ${String(unknown)} unknown with a reason\n`,
    );
    expect(differences).toEqual([]);
    expect(unknown).toBeLessThan(compared / 4);
  },
);
