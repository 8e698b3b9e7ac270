import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCommitReader } from '../../../src/git/objects/object-reader.ts';
import { randomFrom } from '../../helpers/random.ts';
import { git, temporaryWorkspace } from '../../helpers/workspace.ts';

/** Yields commands for git-fast-import(1): similar commits, which a pack contains as deltas. */
function* similarCommits(count: number): Generator<string> {
  for (let mark = 1; mark <= count; mark += 1) {
    const message = `${'A line that all commits have in common.\n'.repeat(40)}Commit ${String(mark)}\n`;
    yield `commit refs/heads/main\ncommitter A <a@example.com> ${String(1e9 + mark)} +0000\n`;
    yield `data ${String(message.length)}\n${message}\n`;
  }
}

test.each(['sha1', 'sha256'] as const)(
  'the commit reader reads commits of a %s pack like git, and none from a damaged pack',
  async (format) => {
    await using workspace = await temporaryWorkspace();
    const path = workspace.root;
    git(path, 'init', '-q', '-b', 'main', `--object-format=${format}`);
    execFileSync('git', ['fast-import', '--quiet'], {
      cwd: path,
      input: [...similarCommits(60)].join(''),
    });
    git(path, 'repack', '-adfq', '--depth=50', '--window=100');
    const ids = git(path, 'rev-list', '--all').trim().split('\n');
    const dir = join(path, '.git/objects/pack');
    const files = readdirSync(dir).filter((name) => /\.(?:pack|idx)$/.test(name));
    const index = files.find((name) => name.endsWith('.idx')) ?? '';
    expect(git(dir, 'verify-pack', '-v', index)).toMatch(/ commit (?:\d+ ){4}[0-9a-f]{40}/);
    const commits = ids.map((id) => git(path, 'cat-file', 'commit', id));
    const readAll = (): readonly (string | null)[] => {
      using reader = openCommitReader({ commonDir: join(path, '.git'), format });
      return ids.map((id) => reader.read(id)?.toString() ?? null);
    };
    expect(readAll()).toEqual(commits);
    const random = randomFrom(7);
    for (let round = 0; round < 60; round += 1) {
      const file = join(dir, files[round % files.length] ?? '');
      const original = readFileSync(file);
      const damaged = Buffer.from(original);
      const at = random(damaged.length);
      damaged.writeUInt8((damaged.readUInt8(at) + 1 + random(254)) % 256, at);
      chmodSync(file, 0o644);
      writeFileSync(file, round % 5 === 0 ? damaged.subarray(0, Math.max(at, 2000)) : damaged);
      for (const [number, commit] of readAll().entries()) {
        expect([commits[number], null]).toContain(commit);
      }
      writeFileSync(file, original);
    }
  },
);
