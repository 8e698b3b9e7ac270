import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { install, planInstall } from '../../../src/schedule/install/plan-install.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { createScheduleContext } from '../../../src/schedule/schedule-context.ts';
import { configFile } from '../../../src/schema/config.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { scheduleFixture, systemWith } from './schedule-fixture.ts';

const userTable = 'MAILTO=ada\n# caf\u00e9 \\%\n5 4 * * * backup\n\n';

describe('crontab of the user', () => {
  test('keeps every byte, is backed up before each change and is restored by uninstall', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', userTable);
    await fixture.install();
    const table = fixture.shims.read('table') ?? '';
    expect(table.startsWith(`${userTable}# >>> sync-runner-`)).toBe(true);
    const backup = join(fixture.workspace.paths.schedule, 'crontab.previous');
    expect(readFileSync(backup, 'utf8')).toBe(userTable);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    await fixture.install(20);
    expect(fixture.shims.read('table')).toContain('*/20 * * * *');
    expect(readFileSync(backup, 'utf8')).toBe(table);
    await fixture.uninstall();
    expect(fixture.shims.read('table')).toBe(userTable);
  });

  test('keeps bytes that are not UTF-8', async () => {
    await using fixture = await scheduleFixture('crontab');
    const bytes = Buffer.from([0x23, 0x20, 0xe9, 0xff, 0xc3, 0x0a]);
    const table = join(fixture.shims.dir, '../state/table');
    writeFileSync(table, bytes);
    await fixture.install();
    expect(readFileSync(table).subarray(0, bytes.length).equals(bytes)).toBe(true);
    await fixture.uninstall();
    expect(readFileSync(table).equals(bytes)).toBe(true);
  });

  test('is never replaced when it cannot be read', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', userTable);
    fixture.shims.set('deny', '');
    await expect(fixture.install()).rejects.toMatchObject({
      code: 'scheduler-failed',
      message: expect.stringContaining('You (ada) are not allowed to use this program') as string,
    });
    expect(fixture.shims.calls()).toEqual(['crontab -l']);
    expect(fixture.shims.read('table')).toBe(userTable);
    expect(existsSync(fixture.workspace.paths.schedule)).toBe(false);
  });

  test('does not get text that crontab -l prints on stderr', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', userTable);
    fixture.shims.set('warn', '');
    await fixture.install();
    expect(fixture.shims.read('table')).not.toContain('warning');
  });

  test('is restored when it differs from the text that was written', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', userTable);
    fixture.shims.set('mangle', '');
    await expect(fixture.install()).rejects.toMatchObject({ code: 'scheduler-failed' });
    expect(fixture.shims.read('table')).toBe(userTable);
    expect(existsSync(fixture.workspace.paths.scheduleRecord)).toBe(false);
  });

  test('is unchanged when crontab rejects the new one', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', userTable);
    fixture.shims.set('full', '');
    await expect(fixture.install()).rejects.toMatchObject({
      code: 'scheduler-failed',
      message: expect.stringContaining('No space left on device') as string,
    });
    expect(fixture.shims.read('table')).toBe(userTable);
  });

  test('contains a block for each workspace', async () => {
    await using fixture = await scheduleFixture('crontab');
    await using other = await temporaryWorkspace();
    const system = systemWith(fixture.shims, other);
    await fixture.install();
    const first = fixture.shims.read('table') ?? '';
    const context = await createScheduleContext(configFile.parse({}), other.paths, system);
    const choice = { scheduler: schedulers.crontab, reason: '' };
    await install(await planInstall(choice, context), context);
    expect(fixture.shims.read('table')?.startsWith(first)).toBe(true);
    await fixture.uninstall();
    expect(fixture.shims.read('table')).toContain(`--workspace ${other.root}\n`);
    expect(fixture.shims.read('table')).not.toContain(`--workspace ${fixture.workspace.root}\n`);
  });
});
