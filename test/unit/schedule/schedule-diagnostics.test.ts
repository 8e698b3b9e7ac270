import { describe, expect, test } from 'vitest';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleNotes } from '../../../src/schedule/schedule-diagnostics.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { testSystem } from '../../helpers/context.ts';
import { exampleHost, exampleJob } from './examples.ts';

/** The notes for a scheduler where `loginctl` says of lingering what is given. */
function notesOf(
  name: SchedulerName,
  { job = exampleJob, host = exampleHost, env = {}, lingers = 'yes' } = {},
): Promise<readonly string[]> {
  return scheduleNotes(schedulers[name], {
    workspace: workspaceAt(job.workspace),
    system: testSystem({ env }),
    job,
    host,
    record: null,
    runTool: () =>
      Promise.resolve({ exitCode: 0, stdout: Buffer.from(`${lingers}\n`), stderr: '' }),
  });
}

describe('a person is told', () => {
  test('nothing where there is nothing to know', async () => {
    expect(await notesOf('crontab')).toEqual([]);
    expect(await notesOf('systemd')).toEqual([]);
  });

  test('of a finer tick', async () => {
    const job = { ...exampleJob, intervalMinutes: 90 };
    expect(await notesOf('crontab', { job })).toEqual([
      'crontab starts the program every 30 min; it runs every 90 min and otherwise ends at once (--if-due)',
    ]);
    expect(await notesOf('systemd', { job })).toEqual([]);
  });

  test('how to let it run while logged out', async () => {
    expect(await notesOf('systemd', { lingers: 'no' })).toEqual([
      'lingering is off, so nothing runs after you log out: loginctl enable-linger',
    ]);
  });

  test('to start cron under WSL', async () => {
    expect(await notesOf('crontab', { env: { WSL_DISTRO_NAME: 'Debian' } })).toEqual([
      'under WSL cron has to be started: sudo service cron start',
    ]);
  });

  test('of paths that go away with an upgrade, or that macOS guards', async () => {
    const node = '/Users/ada/.nvm/versions/node/v22.1.0/bin/node';
    const [, script] = exampleJob.command;
    const workspace = '/Users/ada/Documents/work';
    const job = { ...exampleJob, command: [node, script] as const, workspace };
    const notes = await notesOf('launchd', { job, host: { ...exampleHost, platform: 'darwin' } });
    expect(notes).toHaveLength(3);
    expect(notes[1]).toContain(`${node} may go away`);
    expect(notes[2]).toContain(`reading ${workspace}`);
  });
});
