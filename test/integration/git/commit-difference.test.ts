import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readDifference } from '../../../src/git/commits/commit-difference.ts';
import { CommitLinksCache } from '../../../src/git/commits/commit-links.ts';
import { openRepository } from '../../../src/git/open-repository.ts';
import { randomFrom } from '../../helpers/random.ts';
import { git, temporaryWorkspace } from '../../helpers/workspace.ts';

const commits = 60;

/** Commits on three branches with random merges, in the format of git-fast-import(1). */
function* randomHistory(random: (limit: number) => number, maxSkew: number): Generator<string> {
  let seconds = 1_600_000_000;
  for (let mark = 1; mark <= commits; mark += 1) {
    // Many commits of a rebase have the same time.
    seconds += random(3) === 0 ? random(100) : 0;
    const skew = random(10) === 0 ? random(maxSkew) : 0;
    const parents =
      mark === 1
        ? []
        : [...new Set([mark - 1 - random(Math.min(mark - 1, 6)), 1 + random(mark - 1)])];
    const [first, second] = parents;
    yield `commit refs/heads/c${String(mark)}\nmark :${String(mark)}\n`;
    yield `committer T <t@example.com> ${String(seconds - skew)} +0000\ndata 0\n`;
    if (first !== undefined) yield `from :${String(first)}\n`;
    if (second !== undefined && random(3) === 0) yield `merge :${String(second)}\n`;
    yield '\n';
  }
}

test.each([
  ['rising', 1, 0],
  ['skewed', 1000, Infinity],
])(
  'the difference of two commits equals that of git in random histories of %s times',
  async (_, maxSkew, maxUnknown) => {
    await using workspace = await temporaryWorkspace();
    const random = randomFrom(11);
    let unknown = 0;
    for (let history = 0; history < 6; history += 1) {
      const { path } = await workspace.gitRepository(`code/r${String(history)}`, { a: '' });
      const input = [...randomHistory(random, maxSkew)].join('');
      execFileSync('git', ['fast-import', '--quiet'], { cwd: path, input });
      const repository = openRepository(path, null, 0);
      const names = Array.from({ length: commits }, (_one, at) => `c${String(at + 1)}`);
      const ids = git(path, 'rev-parse', ...names)
        .trim()
        .split('\n');
      const links = new CommitLinksCache();
      for (let pair = 0; pair < 25; pair += 1) {
        using reader = links.open(repository);
        const [one = '', other = '', third = ''] = [0, 0, 0].map(() => ids[random(commits)]);
        const output = git(path, 'rev-list', '--count', '--left-right', `${one}...${other}`);
        const [left, right] = output.trim().split('\t').map(Number);
        const difference = readDifference(reader, { left: [one], right: [other] });
        if (difference === null) unknown += 1;
        else expect([difference.left.length, difference.right.length]).toEqual([left, right]);

        const sides = { left: [one], right: [other, third] };
        const unpushed = git(path, 'rev-list', '--timestamp', one, `^${other}`, `^${third}`);
        const times = Array.from(unpushed.matchAll(/^\d+/gm), ([time]) => Number(time));
        const only = readDifference(reader, sides, { leftOnly: true })?.left;
        if (only === undefined) unknown += 1;
        else expect(only.map(({ seconds }) => seconds).sort()).toEqual(times.sort());
      }
    }
    expect(unknown).toBeLessThanOrEqual(maxUnknown);
  },
);
