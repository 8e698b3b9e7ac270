import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseScheduler } from '../../../src/schedule/install/choose-scheduler.ts';
import { scheduleFixture } from './schedule-fixture.ts';

test('chooseScheduler falls back to crontab and gives the reason when systemd is not available', async () => {
  await using fixture = await scheduleFixture('crontab');
  const choice = await chooseScheduler('auto', await fixture.context());
  expect(choice.scheduler.name).toBe('crontab');
  expect(choice.reason).toContain('systemd user timer: ');
});

test.each([
  ['darwin', 'launchd'],
  ['win32', 'task-scheduler'],
] as const)('chooseScheduler on %s returns %s by default', async (platform, name) => {
  await using fixture = await scheduleFixture(name, { platform });
  const choice = await chooseScheduler('auto', await fixture.context());
  expect(choice.scheduler.name).toBe(name);
});

test('chooseScheduler returns the scheduler in which the schedule is installed', async () => {
  await using fixture = await scheduleFixture('crontab', { platform: 'darwin' });
  await fixture.install();
  const choice = await chooseScheduler('auto', await fixture.context());
  expect(choice.scheduler.name).toBe('crontab');
});

test('chooseScheduler throws with the crontab line when no scheduler is available', async () => {
  await using fixture = await scheduleFixture('crontab');
  rmSync(fixture.shims.dir, { recursive: true });
  await expect(chooseScheduler('auto', await fixture.context(45))).rejects.toMatchObject({
    code: 'no-scheduler',
    hint: expect.stringMatching(/^add this line to a crontab: \*\/15 \* .* --if-due /) as string,
  });
  await expect(chooseScheduler('crontab', await fixture.context())).rejects.toMatchObject({
    code: 'no-scheduler',
  });
});
