import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/output/diff.ts';

test.each([
  ['a\nb\nc\n', 'c\nb\na\n'],
  ['', 'a\nb\n'],
  ['a\nb\n', ''],
  ['a\na\nb\na\n', 'a\nb\na\na\nc\n'],
])('git apply accepts the unified diff from %j to %j', (before, after) => {
  const dir = mkdtempSync(join(tmpdir(), 'sync-runner-diff-'));
  try {
    writeFileSync(join(dir, 'file'), before);
    const input = unifiedDiff({ name: 'a/file', text: before }, { name: 'b/file', text: after });
    execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: dir, input });
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe(after);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
