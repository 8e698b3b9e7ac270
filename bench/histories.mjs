import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const repositories = 10;
const filesEach = 60;

/**
 * Creates 500 work trees with 60 files each: 10 repositories of 1,000 to 10,000 commits, every tenth a merge, a half
 * of them with a commit-graph; and for each of them 25 clones, 9 clones that borrow its objects, and 15 linked work
 * trees. A fifth of these is some commits behind.
 */
export function buildHistories(fleet, identity) {
  for (let number = 0; number < repositories; number += 1) {
    const origin = join(fleet, `origin-${String(number)}`);
    mkdirSync(origin, { recursive: true });
    const git = (cwd, ...words) => execFileSync('git', [...identity, ...words], { cwd });
    git(origin, 'init', '-q', '-b', 'main');
    const input = [...history(1000 * (number + 1))].join('');
    execFileSync('git', ['fast-import', '--quiet'], { cwd: origin, input });
    git(origin, 'reset', '-q', '--hard');
    if (number % 2 === 0) git(origin, 'commit-graph', 'write', '--reachable');
    for (let copy = 0; copy < 49; copy += 1) {
      const name = join(fleet, `copy-${String(number)}-${String(copy)}`);
      if (copy >= 34) git(origin, 'worktree', 'add', '-q', '--detach', name);
      else git(fleet, 'clone', '-q', ...(copy >= 25 ? ['--shared'] : []), origin, name);
      if (copy % 5 === 0) git(name, 'reset', '-q', '--hard', `HEAD~${String(copy + 1)}`);
    }
  }
}

/** Yields commands for git-fast-import(1). */
function* history(commits) {
  const text = (value) => `data ${String(value.length)}\n${value}\n`;
  for (let mark = 1; mark <= commits; mark += 1) {
    const isMerge = mark % 10 === 0;
    const branch = mark % 10 === 8 ? 'refs/heads/topic' : 'refs/heads/main';
    yield `commit ${branch}\nmark :${String(mark)}\n`;
    yield `committer Bench <bench@example.com> ${String(1_600_000_000 + mark * 600)} +0000\n`;
    yield text(`Commit ${String(mark)}`);
    // The topic branch starts at main and is merged two commits later.
    if (mark % 10 === 8) yield `from :${String(mark - 1)}\n`;
    if (isMerge) yield `merge :${String(mark - 2)}\n`;
    const files = mark === 1 ? filesEach : 1;
    for (let file = 0; file < files; file += 1) {
      const at = (mark + file) % filesEach;
      yield `M 100644 inline dir-${String(at % 6)}/file-${String(at)}.js\n`;
      yield text(`export const x = ${String(mark)};\n`);
    }
    yield '\n';
  }
}
