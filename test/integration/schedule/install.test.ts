import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configFile } from '../../../src/schema/config.ts';
import { applySteps } from '../../../src/schedule/install/apply-steps.ts';
import { scheduleContext, type ScheduleContext } from '../../../src/schedule/schedule-context.ts';
import { install, planInstall, planUninstall, uninstall } from '../../../src/schedule/install/plan-install.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { scheduleStatus } from '../../../src/schedule/schedule-status.ts';
import type { SchedulerName } from '../../../src/schedule/scheduler.ts';
import { chooseScheduler } from '../../../src/schedule/install/choose-scheduler.ts';
import type { System } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import { schedulerShims, type SchedulerShims } from '../../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

const real = testSystem();

/** A machine whose only schedulers are the shims. */
function systemWith(
  shims: SchedulerShims,
  workspace: TemporaryWorkspace,
  changes: Partial<System> = {},
) {
  return testSystem({
    platform: 'linux',
    home: join(workspace.root, 'home'),
    exec: (file, args, options) => real.exec(join(shims.folder, basename(file)), args, options),
    ...changes,
  });
}

interface Place extends AsyncDisposable {
  readonly shims: SchedulerShims;
  readonly workspace: TemporaryWorkspace;
  /** A fresh look at the world, as each command takes. */
  readonly context: (intervalMinutes?: number) => Promise<ScheduleContext>;
  readonly install: (intervalMinutes?: number) => Promise<readonly unknown[]>;
  readonly uninstall: () => Promise<readonly unknown[]>;
}

async function place(name: SchedulerName, changes: Partial<System> = {}): Promise<Place> {
  const shims = await schedulerShims();
  const workspace = await temporaryWorkspace();
  const system = systemWith(shims, workspace, changes);
  const context = (intervalMinutes = 15) =>
    scheduleContext(configFile.parse({ intervalMinutes }), workspace.paths, system);
  return {
    shims,
    workspace,
    context,
    install: async (intervalMinutes) => {
      const now = await context(intervalMinutes);
      const plan = await planInstall({ scheduler: schedulers[name], reason: '' }, now);
      await install(plan, now);
      return plan.steps;
    },
    uninstall: async () => {
      const now = await context();
      const plan = await planUninstall(name, now);
      await uninstall(plan, now);
      return plan.parts;
    },
    [Symbol.asyncDispose]: async () => {
      await shims[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}

const changing = /^(?:crontab -r?$|launchctl (?!print|version)|schtasks \/(?:Create|Delete))/;

const platforms = { crontab: 'linux', launchd: 'darwin', 'task-scheduler': 'win32' } as const;

describe.each(Object.keys(platforms) as (keyof typeof platforms)[])('%s', (name) => {
  const make = () => place(name, { platform: platforms[name] });

  test('a second install writes nothing and calls no changing command', async () => {
    await using at = await make();
    expect(await at.install()).not.toEqual([]);
    const files = () => readdirSync(at.workspace.root, { recursive: true }).toSorted();
    const [before, record] = [files(), join(at.workspace.paths.schedule, 'installed.json')];
    const { ino, mtimeMs } = statSync(record);
    at.shims.calls();
    expect(await at.install()).toEqual([]);
    expect(at.shims.calls().filter((call) => changing.test(call))).toEqual([]);
    expect(files()).toEqual(before);
    expect(statSync(record)).toMatchObject({ ino, mtimeMs });
  });

  test('status tells whether it is installed, outdated or missing', async () => {
    await using at = await make();
    const state = async (intervalMinutes: number) =>
      (await scheduleStatus(await at.context(intervalMinutes), null)).state;
    expect(await state(15)).toBe('missing');
    expect(at.shims.calls()).toEqual([]);
    await at.install();
    expect(await state(15)).toBe('installed');
    expect(await state(45)).toBe('outdated');
    await at.install(45);
    expect(await state(45)).toBe('installed');
    for (const file of ['table', 'job', 'task']) at.shims.set(file, null);
    expect(await state(45)).not.toBe('installed');
  });

  test('uninstall is the exact inverse, and twice is fine', async () => {
    await using at = await make();
    const files = () =>
      readdirSync(at.workspace.root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    const before = files();
    await at.install();
    expect(await at.uninstall()).toHaveLength(1);
    at.shims.calls();
    expect(await at.uninstall()).toEqual([]);
    expect(at.shims.calls().filter((call) => changing.test(call))).toEqual([]);
    // The crontab that was there before is kept for the user.
    const left = files().filter((file) => !file.endsWith('/crontab.previous'));
    expect(left).toEqual(before);
    expect(['table', 'task'].map(at.shims.read)).toEqual([null, null]);
    expect(at.shims.read('job')?.trim() ?? '0').toBe('0');
  });

  test('status says that the command is gone when its node is', async () => {
    await using at = await make();
    await at.install();
    const record = join(at.workspace.paths.schedule, 'installed.json');
    expect(await scheduleStatus(await at.context(), null)).toMatchObject({ commandExists: true });
    writeFileSync(
      record,
      readFileSync(record, 'utf8').replace(/"command": \[\s*"[^"]*"/, '"command": ["/gone/node"'),
    );
    expect(await scheduleStatus(await at.context(), null)).toMatchObject({
      state: 'outdated',
      commandExists: false,
    });
  });
});

describe('the crontab of the user', () => {
  const mine = 'MAILTO=ada\n# caf\u00e9 \\%\n5 4 * * * backup\n\n';

  test('keeps every byte, is saved before it changes, and comes back on uninstall', async () => {
    await using at = await place('crontab');
    at.shims.set('table', mine);
    await at.install();
    const table = at.shims.read('table') ?? '';
    expect(table.startsWith(`${mine}# >>> sync-runner-`)).toBe(true);
    const kept = join(at.workspace.paths.schedule, 'crontab.previous');
    expect(readFileSync(kept, 'utf8')).toBe(mine);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    await at.install(20);
    expect(at.shims.read('table')).toContain('*/20 * * * *');
    expect(readFileSync(kept, 'utf8')).toBe(table);
    await at.uninstall();
    expect(at.shims.read('table')).toBe(mine);
  });

  test('may hold bytes that are no UTF-8', async () => {
    await using at = await place('crontab');
    const bytes = Buffer.from([0x23, 0x20, 0xe9, 0xff, 0xc3, 0x0a]);
    const table = join(at.shims.folder, '../state/table');
    writeFileSync(table, bytes);
    await at.install();
    expect(readFileSync(table).subarray(0, bytes.length).equals(bytes)).toBe(true);
    await at.uninstall();
    expect(readFileSync(table).equals(bytes)).toBe(true);
  });

  test('that must not be read is never replaced', async () => {
    await using at = await place('crontab');
    at.shims.set('table', mine);
    at.shims.set('deny', '');
    await expect(at.install()).rejects.toMatchObject({
      code: 'scheduler-failed',
      message: expect.stringContaining('You (ada) are not allowed to use this program') as string,
    });
    expect(at.shims.calls()).toEqual(['crontab -l']);
    expect(at.shims.read('table')).toBe(mine);
    expect(existsSync(at.workspace.paths.schedule)).toBe(false);
  });

  test('does not take in what the program says on stderr', async () => {
    await using at = await place('crontab');
    at.shims.set('table', mine);
    at.shims.set('warn', '');
    await at.install();
    expect(at.shims.read('table')).not.toContain('warning');
  });

  test('is put back when it is not what was written', async () => {
    await using at = await place('crontab');
    at.shims.set('table', mine);
    at.shims.set('mangle', '');
    await expect(at.install()).rejects.toMatchObject({ code: 'scheduler-failed' });
    expect(at.shims.read('table')).toBe(mine);
    expect(existsSync(join(at.workspace.paths.schedule, 'installed.json'))).toBe(false);
  });

  test('stays when the new one is refused', async () => {
    await using at = await place('crontab');
    at.shims.set('table', mine);
    at.shims.set('full', '');
    await expect(at.install()).rejects.toMatchObject({
      code: 'scheduler-failed',
      message: expect.stringContaining('No space left on device') as string,
    });
    expect(at.shims.read('table')).toBe(mine);
  });

  test('holds a block for each workspace', async () => {
    await using one = await place('crontab');
    await using other = await temporaryWorkspace();
    const system = systemWith(one.shims, other);
    await one.install();
    const first = one.shims.read('table') ?? '';
    const context = await scheduleContext(configFile.parse({}), other.paths, system);
    await install(
      await planInstall({ scheduler: schedulers.crontab, reason: '' }, context),
      context,
    );
    expect(one.shims.read('table')?.startsWith(first)).toBe(true);
    await one.uninstall();
    expect(one.shims.read('table')).toContain(`--workspace ${other.root}\n`);
    expect(one.shims.read('table')).not.toContain(`--workspace ${one.workspace.root}\n`);
  });
});

describe('launchd', () => {
  const quick = { platform: 'darwin' } as const;

  test('is tried again after an I/O error, three times and then well', async () => {
    await using at = await place('launchd', quick);
    at.shims.set('eio', '3');
    await at.install();
    const bootstraps = at.shims.calls().filter((call) => call.startsWith('launchctl bootstrap'));
    expect(bootstraps).toHaveLength(4);
    expect(at.shims.read('job')).toBe('loaded\n');
  });

  test('that fails for ever is given up after a while, in its own words', async () => {
    await using at = await place('launchd', quick);
    at.shims.set('eio', '1000');
    const { job, host, runTool } = await at.context();
    let waitedMs = 0;
    const wait = (milliseconds: number): Promise<void> => {
      waitedMs += milliseconds;
      return Promise.resolve();
    };
    const hand = { runTool, stateFolder: host.stateFolder, failureHint: 'log in', wait };
    await expect(applySteps(schedulers.launchd.install(job, host), hand)).rejects.toMatchObject({
      code: 'scheduler-failed',
      hint: 'log in',
      message: expect.stringContaining('5: Bootstrap failed: 5: Input/output error') as string,
    });
    expect(waitedMs).toBeGreaterThan(10_000);
    expect(waitedMs).toBeLessThan(30_000);
  });

  test('gets the new job only when the old one is gone', async () => {
    await using at = await place('launchd', quick);
    await at.install();
    at.shims.calls();
    await at.install(20);
    expect(at.shims.calls().map((call) => call.split(' ').slice(0, 2).join(' '))).toEqual([
      'launchctl print',
      'launchctl bootout',
      ...Array.from({ length: 4 }, () => 'launchctl print'),
      'launchctl enable',
      'launchctl bootstrap',
      'launchctl print',
    ]);
    expect(at.shims.read('plist')).toContain('<integer>1200</integer>');
  });
});

test('an access denied by Windows is told in its own words', async () => {
  await using at = await place('task-scheduler', { platform: 'win32' });
  at.shims.set('deny', '');
  await expect(at.install()).rejects.toMatchObject({
    code: 'scheduler-failed',
    message: expect.stringContaining('Access is denied') as string,
  });
});

describe('auto', () => {
  test('takes the crontab where there is no systemd, and says why', async () => {
    await using at = await place('crontab');
    const choice = await chooseScheduler('auto', await at.context());
    expect(choice.scheduler.name).toBe('crontab');
    expect(choice.reason).toContain('systemd user timer: ');
  });

  test('takes what each platform has', async () => {
    for (const [platform, name] of [
      ['darwin', 'launchd'],
      ['win32', 'task-scheduler'],
    ] as const) {
      await using at = await place(name, { platform });
      const choice = await chooseScheduler('auto', await at.context());
      expect(choice.scheduler.name).toBe(name);
    }
  });

  test('stays where the schedule is installed', async () => {
    await using at = await place('crontab', { platform: 'darwin' });
    await at.install();
    const choice = await chooseScheduler('auto', await at.context());
    expect(choice).toMatchObject({ scheduler: { name: 'crontab' } });
  });

  test('without any scheduler gives the line to add by hand', async () => {
    await using at = await place('crontab');
    rmSync(at.shims.folder, { recursive: true });
    await expect(chooseScheduler('auto', await at.context(45))).rejects.toMatchObject({
      code: 'no-scheduler',
      hint: expect.stringMatching(/^add this line to a crontab: \*\/15 \* .* --if-due /) as string,
    });
    await expect(chooseScheduler('crontab', await at.context())).rejects.toMatchObject({
      code: 'no-scheduler',
    });
  });
});

test('a schedule that moves is taken out of its old place', async () => {
  await using at = await place('launchd', { platform: 'darwin' });
  await at.install();
  const context = await at.context();
  const plan = await planInstall({ scheduler: schedulers.crontab, reason: '' }, context);
  await install(plan, context);
  expect(at.shims.read('table')).toContain('*/15');
  expect(at.shims.read('job')?.trim()).toBe('0');
  const { target, state } = await scheduleStatus(await at.context(), null);
  expect({ target, state }).toEqual({ target: 'crontab', state: 'installed' });
});

test('a copied workspace does not take the schedule of its original for its own', async () => {
  await using at = await place('crontab');
  await at.install();
  await using copy = await temporaryWorkspace();
  const record = readFileSync(join(at.workspace.paths.schedule, 'installed.json'));
  await copy.write('data/schedule/installed.json', record);
  const system = systemWith(at.shims, copy);
  const context = await scheduleContext(configFile.parse({}), copy.paths, system);
  expect(context.record).toBeNull();
  expect((await planUninstall('auto', context)).parts).toEqual([]);
});

test('the next run is the first tick at which one is due', async () => {
  const now = new Date('2026-11-23T08:47:10Z');
  await using at = await place('crontab', { now: () => now });
  await at.install(90);
  const due = new Date('2026-11-23T10:00:05Z');
  const { nextRunAt } = await scheduleStatus(await at.context(90), due);
  expect(nextRunAt).toBe('2026-11-23T10:00:00.000Z');
  expect((await scheduleStatus(await at.context(90), null)).nextRunAt).toBe(
    '2026-11-23T09:00:00.000Z',
  );
});
