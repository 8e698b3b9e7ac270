import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { install, planInstall, planUninstall } from '../../../src/schedule/install/plan-install.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { createScheduleContext } from '../../../src/schedule/schedule-context.ts';
import { scheduleStatus } from '../../../src/schedule/schedule-status.ts';
import { configFile } from '../../../src/schema/config.ts';
import { temporaryWorkspace } from '../../helpers/workspace.ts';
import { scheduleFixture, systemWith } from './schedule-fixture.ts';

const platforms = { crontab: 'linux', launchd: 'darwin', 'task-scheduler': 'win32' } as const;
const names = Object.keys(platforms) as (keyof typeof platforms)[];

/** A run is due now. */
const now = (): null => null;

/** Commands that change the state of a scheduler. */
const changing = /^(?:crontab -r?$|launchctl (?!print|version)|schtasks \/(?:Create|Delete))/;

describe.each(names)('schedule in %s', (name) => {
  const createFixture = () => scheduleFixture(name, { platform: platforms[name] });

  test('is not changed by a second install', async () => {
    await using fixture = await createFixture();
    const files = () => readdirSync(fixture.workspace.root, { recursive: true }).toSorted();
    expect(await fixture.install()).not.toEqual([]);
    const before = files();
    const { ino, mtimeMs } = statSync(fixture.workspace.paths.scheduleRecord);
    fixture.shims.calls();
    expect(await fixture.install()).toEqual([]);
    expect(fixture.shims.calls().filter((call) => changing.test(call))).toEqual([]);
    expect(files()).toEqual(before);
    expect(statSync(fixture.workspace.paths.scheduleRecord)).toMatchObject({ ino, mtimeMs });
  });

  test('has the state installed, outdated or missing', async () => {
    await using fixture = await createFixture();
    const state = async (intervalMinutes: number) =>
      (await scheduleStatus(await fixture.context(intervalMinutes), now)).state;
    expect(await state(15)).toBe('missing');
    expect(fixture.shims.calls()).toEqual([]);
    await fixture.install();
    expect(await state(15)).toBe('installed');
    expect(await state(45)).toBe('outdated');
    await fixture.install(45);
    expect(await state(45)).toBe('installed');
    for (const file of ['table', 'job', 'task']) fixture.shims.set(file, null);
    expect(await state(45)).not.toBe('installed');
  });

  test('leaves nothing but the previous crontab after an uninstall, also after two', async () => {
    await using fixture = await createFixture();
    const files = () =>
      readdirSync(fixture.workspace.root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    const before = files();
    await fixture.install();
    expect(await fixture.uninstall()).toHaveLength(1);
    fixture.shims.calls();
    expect(await fixture.uninstall()).toEqual([]);
    expect(fixture.shims.calls().filter((call) => changing.test(call))).toEqual([]);
    expect(files().filter((file) => !file.endsWith('/crontab.previous'))).toEqual(before);
    expect(['table', 'task'].map(fixture.shims.read)).toEqual([null, null]);
    expect(fixture.shims.read('job')?.trim() ?? '0').toBe('0');
  });

  test('reports a missing command when its node is gone', async () => {
    await using fixture = await createFixture();
    await fixture.install();
    const { scheduleRecord } = fixture.workspace.paths;
    expect(await scheduleStatus(await fixture.context(), now)).toMatchObject({
      commandExists: true,
    });
    const record = readFileSync(scheduleRecord, 'utf8');
    writeFileSync(
      scheduleRecord,
      record.replace(/"command": \[\s*"[^"]*"/, '"command": ["/gone/node"'),
    );
    expect(await scheduleStatus(await fixture.context(), now)).toMatchObject({
      state: 'outdated',
      commandExists: false,
    });
  });
});

test('install removes the schedule from the previous scheduler', async () => {
  await using fixture = await scheduleFixture('launchd', { platform: 'darwin' });
  await fixture.install();
  const context = await fixture.context();
  const plan = await planInstall({ scheduler: schedulers.crontab, reason: '' }, context);
  await install(plan, context);
  expect(fixture.shims.read('table')).toContain('*/15');
  expect(fixture.shims.read('job')?.trim()).toBe('0');
  const { target, state } = await scheduleStatus(await fixture.context(), now);
  expect({ target, state }).toEqual({ target: 'crontab', state: 'installed' });
});

test('uninstall ignores the record of another workspace when a workspace was copied', async () => {
  await using fixture = await scheduleFixture('crontab');
  await fixture.install();
  await using copy = await temporaryWorkspace();
  const record = readFileSync(fixture.workspace.paths.scheduleRecord);
  await copy.write('data/schedule/installed.json', record);
  const system = systemWith(fixture.shims, copy);
  const context = await createScheduleContext(configFile.parse({}), copy.paths, system);
  expect(context.record).toBeNull();
  expect((await planUninstall('auto', context)).parts).toEqual([]);
});

test('scheduleStatus returns the first tick at which a run is due', async () => {
  const now = new Date('2026-11-23T08:47:10Z');
  await using fixture = await scheduleFixture('crontab', { now: () => now });
  await fixture.install(90);
  const due = new Date('2026-11-23T10:00:05Z');
  const statusAt = async (time: Date | null) =>
    scheduleStatus(await fixture.context(90), () => time);
  expect((await statusAt(due)).nextRunAt).toBe('2026-11-23T10:00:00.000Z');
  expect((await statusAt(null)).nextRunAt).toBe('2026-11-23T09:00:00.000Z');
});
