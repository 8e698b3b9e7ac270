import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleDiagnostics } from '../../../src/schedule/schedule-diagnostics.ts';
import { nextRun, scheduleStatus } from '../../../src/schedule/schedule-status.ts';
import { dueZone, scheduleZones } from '../../../src/schedule/time-zones.ts';
import { afterQuietHours, nextDueAfter } from '../../../src/config/timing.ts';
import { scheduleFixture } from './schedule-fixture.ts';

beforeEach(() => {
  vi.stubEnv('TZ', 'Pacific/Auckland');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** Returns the next time after `after` at which a clock shows 9:00: that of the machine, or of a zone. */
function nextNine(after: string, zone?: string): string {
  const { TZ: _shell, ...others } = process.env;
  const env = zone === undefined ? others : { ...others, TZ: zone };
  const at = (day: string): number =>
    Number(execFileSync('date', ['-d', `${day} 09:00`, '+%s'], { env, encoding: 'utf8' })) * 1000;
  const days = ['2026-06-13', '2026-06-14', '2026-06-15', '2026-06-16'].map(at);
  return new Date(days.find((time) => time > Date.parse(after)) ?? NaN).toISOString();
}

const atNine = { schedule: '0 9 * * *' };
const now = '2026-06-14T12:00:00.000Z';
const cronie = 'cronie 1.6.1\n';
const tokyo = nextNine(now, 'Asia/Tokyo');
const machine = nextNine(now);

describe('the next run in a crontab is that of', () => {
  test.each<[name: string, table: string, version: string | null, expected: string | null]>([
    ['the machine, not of the shell', '', null, machine],
    ['the machine when the cron does not support CRON_TZ', 'CRON_TZ=Asia/Tokyo\n', null, machine],
    ['CRON_TZ with cronie', ' CRON_TZ = "Asia/Tokyo" \n', cronie, tokyo],
    ['the last CRON_TZ above', 'CRON_TZ=Mars\n# CRON_TZ=x\nCRON_TZ=:Asia/Tokyo\n', cronie, tokyo],
    ['the machine when CRON_TZ is empty', 'CRON_TZ=Asia/Tokyo\nCRON_TZ=\n', cronie, machine],
    ['the machine when only TZ is set', "TZ='Asia/Tokyo'\n", cronie, machine],
    ['nothing when CRON_TZ is unknown', 'CRON_TZ=Mars/Base\n', cronie, null],
    ['nothing when CRON_TZ is a rule', 'CRON_TZ=CET-1CEST,M3.5.0,M10.5.0/3\n', cronie, null],
  ])('%s', async (_name, table, version, expected) => {
    await using fixture = await scheduleFixture('crontab', { now: () => new Date(now) });
    fixture.shims.set('table', table);
    fixture.shims.set('version', version);
    await fixture.install(atNine);
    fixture.shims.set('table', `${fixture.shims.read('table') ?? ''}CRON_TZ=Europe/Lisbon\n`);
    const status = await scheduleStatus(await fixture.context(atNine), () => null);
    expect(status).toMatchObject({ state: 'installed', nextRunAt: expected });
    expect(status.timeZone === null).toBe(expected === null);
    expect(status.message === null).toBe(expected !== null);
  });

  test('the clock alone with cronie and CRON_TZ, which has no rules for its changes', async () => {
    const at = new Date('2026-03-28T12:00:00Z');
    const config = { schedule: '30 2 * * *' };
    await using fixture = await scheduleFixture('crontab', { now: () => at });
    fixture.shims.set('table', 'CRON_TZ=Europe/Berlin\n');
    fixture.shims.set('version', cronie);
    await fixture.install(config);
    const { nextRunAt } = await scheduleStatus(await fixture.context(config), () => null);
    expect(nextRunAt).toBe('2026-03-30T00:30:00.000Z');
  });

  test('TZ above when runs determine themselves what is due', async () => {
    const config = { quietHours: '20:00-09:00' };
    await using fixture = await scheduleFixture('crontab', { now: () => new Date(now) });
    fixture.shims.set('table', 'TZ=Asia/Tokyo\n');
    await fixture.install(config);
    const getDue = (): Date => afterQuietHours(new Date(now), config.quietHours);
    const status = await scheduleStatus(await fixture.context(config), getDue);
    expect(status).toMatchObject({ nextRunAt: tokyo, timeZone: 'Asia/Tokyo' });
  });
});

test.each([
  ['launchd', 'darwin'],
  ['task-scheduler', 'win32'],
] as const)('the next run of %s is that of the machine', async (name, platform) => {
  await using fixture = await scheduleFixture(name, { platform, now: () => new Date(now) });
  await fixture.install(atNine);
  const { nextRunAt } = await scheduleStatus(await fixture.context(atNine), () => null);
  expect(nextRunAt).toBe(machine);
});

test('runs of systemd are due in the time zone of the manager of the user', async () => {
  await using fixture = await scheduleFixture('crontab');
  const context = await fixture.context({ ...atNine, quietHours: '20:00-21:00' });
  const start = Date.parse(now) + 15 * 60_000;
  const reply = (args: readonly string[]): string =>
    args.includes('list-timers') ? JSON.stringify([{ next: start * 1000 }]) : 'TZ=Asia/Tokyo\n';
  const runTool = (command: readonly string[]) =>
    Promise.resolve({ exitCode: 0, stdout: Buffer.from(reply(command)), stderr: '' });
  const zones = await scheduleZones(schedulers.systemd, { ...context, runTool });
  expect(dueZone(schedulers.systemd, context.job, zones).name).toBe('Asia/Tokyo');
  const next = await nextRun(schedulers.systemd, context.job, {
    ...{ runTool, zones, now: new Date(now) },
    getDue: () => nextDueAfter(atNine.schedule, undefined, new Date(now)),
  });
  expect(next?.toISOString()).toBe(tokyo);
});

describe('scheduleDiagnostics', () => {
  const diagnosticsWith = async (
    table: string,
    version: string | null,
    config: object = atNine,
  ) => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', table);
    fixture.shims.set('version', version);
    const found = await scheduleDiagnostics(schedulers.crontab, await fixture.context(config));
    return found.map(({ code, message }) => [code, message]);
  };

  test('explains times in another time zone than that of the shell', async () => {
    expect(await diagnosticsWith('CRON_TZ=Asia/Tokyo\n', cronie)).toEqual([
      [
        'schedule-other-time-zone',
        'crontab: times are those of Asia/Tokyo (CRON_TZ=Asia/Tokyo in the crontab), not of Pacific/Auckland (this shell)',
      ],
    ]);
    expect(await diagnosticsWith('CRON_TZ=Pacific/Auckland\n', cronie)).toEqual([]);
    const quiet = { quietHours: '22:00-07:00' };
    const inTokyo = ['schedule-other-time-zone', expect.stringContaining('of Asia/Tokyo (TZ=')];
    expect(await diagnosticsWith('TZ=Asia/Tokyo\n', null, quiet)).toContainEqual(inTokyo);
    const both = await diagnosticsWith('TZ=Asia/Tokyo\n', null, { ...atNine, ...quiet });
    expect(both).toEqual([
      ['schedule-other-time-zone', expect.stringContaining('(the time zone of this machine)')],
    ]);
  });

  test('warns of a CRON_TZ that this cron does not support, and of one that is unknown', async () => {
    const [unsupported] = await diagnosticsWith('CRON_TZ=Asia/Tokyo\n', null);
    expect(unsupported).toEqual([
      'schedule-time-zone',
      expect.stringMatching(
        /^this cron does not support CRON_TZ=Asia\/Tokyo in the crontab: times are those of \S+ \(the time zone of this machine\)$/,
      ),
    ]);
    expect(await diagnosticsWith('CRON_TZ=Mars/Base\n', cronie)).toEqual([
      [
        'schedule-time-zone',
        'the next run is unknown, because CRON_TZ=Mars/Base in the crontab is not the name of a time zone',
      ],
    ]);
  });

  test('does not mention time zones when no time is one of the clock', async () => {
    await using fixture = await scheduleFixture('crontab');
    fixture.shims.set('table', 'CRON_TZ=Asia/Tokyo\n');
    expect(await scheduleDiagnostics(schedulers.crontab, await fixture.context())).toEqual([]);
  });
});
