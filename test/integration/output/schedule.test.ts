import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schedulers } from '../../../src/schedule/registry.ts';
import { unifiedDiff } from '../../../src/output/diff.ts';
import { artifactsText, stepsText } from '../../../src/output/steps-text.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

describe('a diff', () => {
  const diff = (before: string, after: string): string =>
    unifiedDiff({ name: 'old', text: before }, { name: 'new', text: after });

  test('shows each line once, with what became of it', () => {
    expect(diff('a\nb\nc\nd\n', 'a\nx\nc\nd\ne\n')).toBe(
      '--- old\n+++ new\n@@ -1,4 +1,5 @@\n a\n-b\n+x\n c\n d\n+e\n',
    );
    expect(diff('', 'a\n')).toBe('--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n');
  });

  test.each([
    ['a\nb\nc\n', 'c\nb\na\n'],
    ['', 'a\nb\n'],
    ['a\nb\n', ''],
    ['a\na\nb\na\n', 'a\nb\na\na\nc\n'],
  ])('is understood by git: %j to %j', (before, after) => {
    const folder = mkdtempSync(join(tmpdir(), 'sync-runner-diff-'));
    try {
      writeFileSync(join(folder, 'file'), before);
      const input = unifiedDiff({ name: 'a/file', text: before }, { name: 'b/file', text: after });
      execFileSync('git', ['apply', '--unidiff-zero', '-'], { cwd: folder, input });
      expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(after);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a dry run', () => {
  test('shows every file and command in full', () => {
    const text = stepsText(schedulers.systemd.install(exampleJob, exampleHost));
    expect(text).toContain(
      'write   /home/ada/.config/systemd/user/sync-runner.timer\n      | # Written',
    );
    expect(text).toContain('      | OnCalendar=*-*-* *:00/15:00 UTC\n');
    expect(text).toContain('\nrun     systemctl --user daemon-reload\n');
  });

  test('says under which condition, how often and until when a command is run', () => {
    expect(stepsText(schedulers['task-scheduler'].uninstall(exampleJob, exampleHost))).toBe(
      'run     schtasks /Delete /TN \\sync-runner /F   ' +
        '(only if this ends with 0: schtasks /Query /TN \\sync-runner)\n' +
        'remove  /home/ada/work/data/schedule/sync-runner.xml\n',
    );
    const text = stepsText(schedulers.launchd.install(exampleJob, exampleHost));
    expect(text).toContain(
      'wait    until this ends with 113: launchctl print gui/1000/local.sync-runner\n',
    );
    expect(text).toContain('.plist   (again while it ends with 5 or 37)\n');
  });

  test('shows what becomes of the crontab', () => {
    const { crontab } = schedulers;
    expect(stepsText(crontab.install(exampleJob, exampleHost))).toMatch(
      /^edit {4}crontab: the block sync-runner\n {6}\| # >>> sync-runner >>>\n/,
    );
    expect(stepsText(crontab.uninstall(exampleJob, exampleHost))).toBe(
      'edit    crontab: remove the block sync-runner\n',
    );
  });
});

test('a printed artifact is plain text; several are told apart by their paths', () => {
  const print = (name: keyof typeof schedulers): string =>
    artifactsText(schedulers[name].render(exampleJob, exampleHost));
  expect(print('task-scheduler')).toMatch(/^<\?xml [^\r\uFEFF]+$/);
  expect(print('crontab')).toMatch(/^# >>> sync-runner >>>\n/);
  expect(print('systemd').match(/^# \/home.*$/gm)).toEqual([
    '# /home/ada/.config/systemd/user/sync-runner.service',
    '# /home/ada/.config/systemd/user/sync-runner.timer',
  ]);
});
