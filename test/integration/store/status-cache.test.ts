import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configKey } from '../../../src/config/config-key.ts';
import { openStore } from '../../../src/store/store.ts';
import { readStatusCache } from '../../../src/store/status-cache.ts';
import { encodeCache } from '../../../src/util/cache.ts';
import { readJson, runOutputOf, storeFixture, type StoreFixture } from './fixtures.ts';

const run = '2026-11-23T08:45:00.000Z';

async function createFixtureWithRun(): Promise<StoreFixture> {
  const fixture = await storeFixture();
  const { workspace, stage } = fixture;
  await mkdir(dirname(workspace.config));
  await writeFile(workspace.config, '{}');
  const output = runOutputOf(run);
  const config = { ...output.config, key: await configKey(workspace) };
  await openStore(workspace).saveRun(stage, { ...output, config });
  return fixture;
}

describe('readStatusCache', () => {
  test('returns the status and the configuration of the last run', async () => {
    await using fixture = await createFixtureWithRun();
    expect(await readStatusCache(fixture.workspace)).toMatchObject({
      status: runOutputOf(run).status,
      config: { intervalMinutes: 15, syncs: ['tokens', 'quality', 'projects'] },
    });
  });

  test.each([
    ['the configuration was edited', ({ config }) => writeFile(config, '{"syncs":[]}')],
    ['the configuration was removed', ({ config }) => rm(config)],
    ['the configuration was touched', ({ config }) => utimes(config, 1, 1)],
    ['the status file was edited', ({ status }) => writeFile(status, '{}')],
    ['the status file was removed', ({ status }) => rm(status)],
    ['the cache is empty', ({ cache }) => writeFile(cache('status'), '')],
    [
      'the cache is damaged',
      async ({ cache }) => {
        const bytes = await readFile(cache('status'));
        bytes[40] = (bytes[40] ?? 0) ^ 1;
        await writeFile(cache('status'), bytes);
      },
    ],
    [
      'another version wrote the cache',
      ({ cache }) =>
        writeFile(
          cache('status'),
          encodeCache({ name: 'status', schemaVersion: 0 }, { config: 7 }),
        ),
    ],
  ] satisfies [string, (paths: StoreFixture['workspace']) => Promise<void>][])(
    'returns null when %s',
    async (_what, change) => {
      await using fixture = await createFixtureWithRun();
      await change(fixture.workspace);
      expect(await readStatusCache(fixture.workspace)).toBeNull();
    },
  );

  test('returns the status again after the next run', async () => {
    await using fixture = await createFixtureWithRun();
    const { workspace, stage } = fixture;
    await writeFile(workspace.cache('status'), 'damaged');
    const output = runOutputOf('2026-11-23T09:00:00.000Z');
    const config = { ...output.config, key: await configKey(workspace) };
    await openStore(workspace).saveRun(stage, { ...output, config });
    expect((await readStatusCache(workspace))?.status).toEqual(output.status);
  });
});

test('readStatus returns a sync that is missing in the file as one that never ran', async () => {
  await using fixture = await createFixtureWithRun();
  const { workspace } = fixture;
  const { quality: _times, ...syncs } = runOutputOf(run).status.syncs;
  const { quality: _result, ...results } = runOutputOf(run).status.run.results;
  const stored = (await readJson(workspace.status)) as { run: object };
  const older = { ...stored, syncs, run: { ...stored.run, results } };
  await writeFile(workspace.status, JSON.stringify(older));
  const { status, warnings } = await openStore(workspace).readStatus();
  expect(warnings).toEqual([]);
  expect(status?.syncs.quality).toEqual({ lastRun: null, lastSuccess: null });
  expect(status?.run.results.quality).toEqual({ outcome: 'skipped', reason: 'disabled' });
  expect(await readStatusCache(workspace)).toBeNull();
});
