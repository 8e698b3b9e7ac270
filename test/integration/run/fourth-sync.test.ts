import * as z from 'zod/mini';
import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { commands } from '../../../src/commands/registry.ts';
import { workspaceAt } from '../../../src/config/workspace.ts';
import { runLineOf, nextStatus } from '../../../src/run/record-run.ts';
import { configFile, type Config } from '../../../src/schema/config.ts';
import { statusFile, type RunRecord, type StatusFile } from '../../../src/schema/status.ts';
import { syncNames, type SyncName } from '../../../src/schema/sync-names.ts';
import type { Options } from '../../../src/schema/syncs.ts';
import { nextDue, planRun, selectedSyncs, type Plan } from '../../../src/syncs/plan.ts';

// Adds a sync the way a contributor would: one name, one contract.
vi.mock('../../../src/schema/sync-names.ts', () => {
  const names = ['tokens', 'quality', 'projects', 'licenses'] as const;
  return {
    syncNames: names,
    mapSyncs: (valueOf: (name: string) => unknown) =>
      Object.fromEntries(names.map((name) => [name, valueOf(name)])),
  };
});
vi.mock('../../../src/schema/syncs.ts', async (importActual) => {
  const actual = await importActual<{ readonly syncSchemas: object }>();
  const options = z.strictObject({ deep: z._default(z.boolean(), false) });
  return { ...actual, syncSchemas: { ...actual.syncSchemas, licenses: { options } } };
});

const licenses = 'licenses' as SyncName;

/** A status file of a version that has three syncs. */
function oldStatus(): object {
  const start = '2026-11-23T10:00:00.000Z';
  const ok = { outcome: 'success', durationMs: 1, counts: {}, notices: [], warnings: [] };
  const times = { lastRun: start, lastSuccess: start };
  return {
    lastSync: start,
    status: 'success',
    durationMs: 3,
    schemaVersion: 1,
    run: {
      id: start,
      finishedAt: start,
      durationMs: 3,
      outcome: 'success',
      trigger: 'manual',
      results: { tokens: ok, quality: ok, projects: ok },
    },
    syncs: { tokens: times, quality: times, projects: times },
  };
}

describe('a fourth sync', () => {
  test('is enabled by default and has its options in the configuration', () => {
    const config = configFile.parse({});
    expect(config.syncs).toEqual(['tokens', 'quality', 'projects', 'licenses']);
    expect(config).toMatchObject({ licenses: { deep: false } });
    expect(() => configFile.parse({ licenses: { depp: true } })).toThrow('depp');
  });

  test('is planned, and selected by --only', () => {
    const config = configFile.parse({});
    expect(selectedSyncs(planRun(config, null))).toContain('licenses');
    expect(selectedSyncs(planRun(config, [licenses]))).toEqual(['licenses']);
  });

  test('is not in a status file of an earlier version, which loads and makes a run due', () => {
    const status = statusFile.parse(oldStatus());
    expect(status.run.results[licenses]).toEqual({ outcome: 'skipped', reason: 'disabled' });
    expect(status.syncs[licenses]).toEqual({ lastRun: null, lastSuccess: null });
    const now = new Date('2026-11-23T10:01:00.000Z');
    const config = configFile.parse({});
    expect(nextDue(planRun(config, null), { config, status, now })).toBeNull();
  });

  test('is in the next status file and in the line of the run log', () => {
    const before = statusFile.parse(oldStatus());
    const record: RunRecord = { ...before.run, id: '2026-11-23T10:15:00.000Z' };
    expect(Object.keys(nextStatus(record, before).syncs)).toEqual([...syncNames]);
    expect(runLineOf(record).syncs).toMatchObject({ licenses: { outcome: 'skipped' } });
  });

  test('has its files below data/ and its words in the completion scripts', () => {
    const workspace = workspaceAt('/ws');
    expect(workspace.snapshot(licenses)).toBe('/ws/data/licenses.json');
    expect(workspace.historyDir(licenses)).toBe('/ws/data/history/licenses');
    const only = commands
      .find(({ name }) => name === 'run')
      ?.flags.find(({ flags }) => flags.startsWith('--only'));
    expect(only?.values).toContain('licenses');
    expect(commands.find(({ name }) => name === 'history')?.argumentValues).toContain('licenses');
  });

  test('needs a key of every type that has one per sync', () => {
    expectTypeOf<keyof Plan>().toEqualTypeOf<SyncName>();
    expectTypeOf<keyof StatusFile['syncs']>().toEqualTypeOf<SyncName>();
    expectTypeOf<keyof StatusFile['run']['results']>().toEqualTypeOf<SyncName>();
    expectTypeOf<Config>().toExtend<{ readonly [Name in SyncName]: Options<Name> }>();
  });
});
