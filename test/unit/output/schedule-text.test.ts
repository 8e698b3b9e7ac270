import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../src/output/diff.ts';
import { scheduleDiagnosticsText } from '../../../src/output/commands/schedule-text.ts';
import { artifactsText, stepsText } from '../../../src/output/commands/steps-text.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';
import { exampleHost, exampleJob } from '../schedule/examples.ts';

test('unifiedDiff prints every line once, with its change', () => {
  const diff = (before: string, after: string): string =>
    unifiedDiff({ name: 'old', text: before }, { name: 'new', text: after });
  expect(diff('a\nb\nc\nd\n', 'a\nx\nc\nd\ne\n')).toBe(
    '--- old\n+++ new\n@@ -1,4 +1,5 @@\n a\n-b\n+x\n c\n d\n+e\n',
  );
  expect(diff('', 'a\n')).toBe('--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n');
});

test('stepsText prints every file and command in full', () => {
  const text = stepsText(schedulers.systemd.install(exampleJob, exampleHost));
  expect(text).toContain(
    'write   /home/ada/.config/systemd/user/sync-runner.timer\n      | # Written',
  );
  expect(text).toContain('      | OnCalendar=*-*-* *:00/15:00 UTC\n');
  expect(text).toContain('\nrun     systemctl --user daemon-reload\n');
});

test('stepsText prints the conditions and retries of commands', () => {
  expect(stepsText(schedulers['task-scheduler'].uninstall(exampleJob, exampleHost))).toBe(
    'run     schtasks /Delete /TN \\sync-runner /F   ' +
      '(only if this exits with 0: schtasks /Query /TN \\sync-runner)\n' +
      'remove  /home/ada/work/data/schedule/sync-runner.xml\n',
  );
  const text = stepsText(schedulers.launchd.install(exampleJob, exampleHost));
  expect(text).toContain(
    'wait    until this exits with 113: launchctl print gui/1000/local.sync-runner\n',
  );
  expect(text).toContain('.plist   (retried while it exits with 5 or 37)\n');
});

test('stepsText prints the changes of the crontab', () => {
  const { crontab } = schedulers;
  expect(stepsText(crontab.install(exampleJob, exampleHost))).toMatch(
    /^edit {4}crontab: the block sync-runner\n {6}\| # >>> sync-runner >>>\n/,
  );
  expect(stepsText(crontab.uninstall(exampleJob, exampleHost))).toBe(
    'edit    crontab: remove the block sync-runner\n',
  );
});

test('artifactsText prints plain text, with paths when there are several artifacts', () => {
  const print = (name: keyof typeof schedulers): string =>
    artifactsText(schedulers[name].render(exampleJob, exampleHost));
  expect(print('task-scheduler')).toMatch(/^<\?xml [^\r\uFEFF]+$/);
  expect(print('crontab')).toMatch(/^# >>> sync-runner >>>\n/);
  expect(print('systemd').match(/^# \/home.*$/gm)).toEqual([
    '# /home/ada/.config/systemd/user/sync-runner.service',
    '# /home/ada/.config/systemd/user/sync-runner.timer',
  ]);
});

test('scheduleDiagnosticsText prints the severity, the message and the hint', () => {
  const diagnostics = [
    diagnostic('linger-off', { message: 'lingering is off', hint: 'loginctl' }),
    diagnostic('login-required', { message: 'only while logged in' }),
  ];
  expect(scheduleDiagnosticsText(diagnostics)).toBe(
    '  warning: lingering is off: loginctl\n  note: only while logged in\n',
  );
});
