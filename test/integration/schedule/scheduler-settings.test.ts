import { describe, expect, test } from 'vitest';
import { compareInstalled } from '../../../src/schedule/install/compare-installed.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleDiagnostics } from '../../../src/schedule/schedule-diagnostics.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import { scheduleFixture } from './schedule-fixture.ts';

/** A value of each setting that differs from the default. */
const settings = {
  jitterSeconds: 60,
  requireAcPower: true,
  requireNetwork: true,
  lockWaitSeconds: 120,
  priority: 'normal',
} as const;
type Setting = keyof typeof settings;

const wait = ['--wait', '120'];
const strings = (words: readonly string[]): string =>
  words.map((word) => `    <string>${word}</string>\n`).join('');

/** The texts that a setting adds to an artifact, and those that it removes. The others are not supported. */
const changes: Readonly<
  Record<SchedulerName, Partial<Record<Setting, readonly [added: string[], removed: string[]]>>>
> = {
  crontab: { lockWaitSeconds: [[' run --scheduled --wait 120 --workspace '], []] },
  systemd: {
    jitterSeconds: [['RandomizedDelaySec=60s\n'], ['RandomizedDelaySec=30s\n']],
    requireAcPower: [['ConditionACPower=true\n'], []],
    lockWaitSeconds: [[' run --scheduled --wait 120 --workspace '], []],
    priority: [[], ['Nice=10\n', 'IOSchedulingClass=idle\n']],
  },
  launchd: {
    lockWaitSeconds: [[strings(['run', '--scheduled', ...wait, '--workspace'])], []],
    priority: [[], ['<string>Background</string>', '<key>LowPriorityIO</key>', '<key>Nice</key>']],
  },
  'task-scheduler': {
    jitterSeconds: [['<RandomDelay>PT60S</RandomDelay>'], []],
    requireAcPower: [['<DisallowStartIfOnBatteries>true<'], ['<DisallowStartIfOnBatteries>false<']],
    requireNetwork: [['<RunOnlyIfNetworkAvailable>true<'], ['<RunOnlyIfNetworkAvailable>false<']],
    lockWaitSeconds: [[' run --scheduled --wait 120 --workspace '], []],
    priority: [['<Priority>5<'], ['<Priority>7<']],
  },
  kubernetes: { lockWaitSeconds: [['"--wait"', '"120"'], []] },
};

/** A systemd manager in which every timer is active. */
const activeTimers = 'ActiveState=active\nNeedDaemonReload=no\nUnitFileState=enabled\n';

/** Every scheduler without a schedule. */
const noTable = () =>
  Promise.resolve({ exitCode: 1, stdout: Buffer.of(), stderr: 'no crontab for ada' });

describe.each(Object.values(schedulers))('$name', (scheduler) => {
  const { name } = scheduler;
  const supported = changes[name];

  test('renders the settings that it supports, and reports those that it does not', async () => {
    await using fixture = await scheduleFixture('crontab');
    const contextOf = async (setting?: Setting) =>
      fixture.context({ scheduler: setting ? { [setting]: settings[setting] } : {} });
    const textOf = ({ job, host }: Awaited<ReturnType<typeof contextOf>>): string =>
      scheduler
        .render(job, host)
        .map(({ text }) => text.replaceAll('\r', ''))
        .join('');
    const before = textOf(await contextOf());
    for (const setting of Object.keys(settings) as Setting[]) {
      const context = await contextOf(setting);
      const text = textOf(context);
      const [added, removed] = supported[setting] ?? [[], []];
      const isIn = (where: string, one: string): boolean => where.includes(one);
      for (const one of added) expect([isIn(before, one), isIn(text, one)]).toEqual([false, true]);
      for (const one of removed)
        expect([isIn(before, one), isIn(text, one)]).toEqual([true, false]);
      expect(text === before).toBe(supported[setting] === undefined);
      const found = await scheduleDiagnostics(scheduler, { ...context, runTool: noTable });
      const ignored = found
        .filter(({ code }) => code === 'schedule-setting-ignored')
        .map(({ message }) => message);
      expect(ignored).toEqual(
        supported[setting] ? [] : [`${scheduler.title} does not support scheduler.${setting}`],
      );
    }
  });
});

const installable = [
  ['crontab', 'linux'],
  ['systemd', 'linux'],
  ['launchd', 'darwin'],
  ['task-scheduler', 'win32'],
] as const;

test.each(installable)(
  '%s is outdated when a setting that it supports changes',
  async (name, platform) => {
    await using fixture = await scheduleFixture(name, { platform });
    const systemctl = () =>
      Promise.resolve({ exitCode: 0, stdout: Buffer.from(activeTimers), stderr: '' });
    const runTool = name === 'systemd' ? systemctl : undefined;
    await fixture.install({}, runTool);
    for (const setting of Object.keys(settings) as Setting[]) {
      const context = await fixture.context({ scheduler: { [setting]: settings[setting] } });
      const { state } = await compareInstalled(
        schedulers[name],
        ...([context.job, context.host, runTool ?? context.runTool] as const),
      );
      expect([setting, state]).toEqual([
        setting,
        changes[name][setting] ? 'outdated' : 'installed',
      ]);
    }
  },
);
