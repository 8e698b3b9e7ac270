import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../../src/schema/syncs.ts';
import { openStore } from '../../../src/store/store.ts';
import { type Operation, withFileSystem } from './file-system.ts';
import { readHistory, storeFixture } from './fixtures.ts';
import { historyDirOf, historyLines, monthFileOf, save } from './history-fixture.ts';

describe('the history', () => {
  test('gets a line for each change, and one a day for each existing key', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1, b: 1 });
    await save(fixture, '2026-11-23T08:15:00.000Z', { a: 1, b: 1 });
    await save(fixture, '2026-11-23T08:30:00.000Z', { a: 2, b: 1 });
    await save(fixture, '2026-11-23T23:59:00.000Z', { a: 2, b: 1 });
    await save(fixture, '2026-11-24T00:01:00.000Z', { a: 2 });
    expect(await historyLines(fixture)).toEqual([
      '11-23T08:00 a 1',
      '11-23T08:00 b 1',
      '11-23T08:30 a 2',
      '11-24T00:01 a 2',
    ]);
  });

  test('is stored in one file per month and compared across months', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2026-11-30T23:59:59.999Z', { a: 1 });
    await save(fixture, '2026-12-01T00:00:00.000Z', { a: 1 });
    await save(fixture, '2026-12-01T00:15:00.000Z', { a: 1 });
    expect(await readdir(historyDirOf(fixture))).toEqual([
      'projects-2026-11.jsonl',
      'projects-2026-12.jsonl',
    ]);
    expect(await historyLines(fixture)).toEqual(['11-30T23:59 a 1', '12-01T00:00 a 1']);
  });

  test('of tokens gets a line only for a change, because its keys contain the day', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    const entry = (input: number): HistoryEntry<'tokens'> => ({
      key: '2026-11-20 claude-code model',
      date: '2026-11-20',
      source: 'claude-code',
      model: 'model',
      tokens: { input, output: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, webSearches: 0 },
      responses: 1,
      costUsd: null,
      costMicroUsd: null,
      costBasis: 'unknown',
    });
    const runs: [string, number][] = [
      ['2026-11-23T08:00:00.000Z', 1],
      ['2026-11-24T08:00:00.000Z', 1],
      ['2026-12-24T08:00:00.000Z', 1],
      ['2026-12-25T08:00:00.000Z', 2],
    ];
    for (const [run, input] of runs) {
      const snapshot = {
        schemaVersion: 1 as const,
        updatedAt: run,
        timeZone: 'UTC',
        sources: {},
        totals: {},
        daily: [],
        projects: [],
        manual: [],
      };
      await openStore(workspace).saveSync(stage, 'tokens', {
        run,
        snapshot,
        entries: [entry(input)],
      });
    }
    const lines = await readHistory(workspace, 'tokens');
    expect(lines.map(({ run, tokens }) => [run, (tokens as { input: number }).input])).toEqual([
      ['2026-11-23T08:00:00.000Z', 1],
      ['2026-12-25T08:00:00.000Z', 2],
    ]);
    expect(await openStore(workspace).readLatestHistory('tokens')).toEqual([entry(2)]);
  });

  test('is read as the last entry of every key over all months', async () => {
    await using fixture = await storeFixture();
    expect(await openStore(fixture.workspace).readLatestHistory('projects')).toEqual([]);
    await save(fixture, '2026-10-01T08:00:00.000Z', { gone: 7, a: 1 });
    await save(fixture, '2026-11-01T08:00:00.000Z', { a: 2 });
    const entries = await openStore(fixture.workspace).readLatestHistory('projects');
    expect(entries.map(({ key, files }) => [key, files]).toSorted()).toEqual([
      ['a', 2],
      ['gone', 7],
    ]);
  });

  test('accepts __proto__ and constructor as keys', async () => {
    await using fixture = await storeFixture();
    const files = Object.fromEntries([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    await save(fixture, '2026-11-23T08:00:00.000Z', files);
    await save(fixture, '2026-11-23T08:15:00.000Z', files);
    expect(await historyLines(fixture)).toEqual([
      '11-23T08:00 __proto__ 1',
      '11-23T08:00 constructor 2',
    ]);
  });

  test('is compared without lines whose time is in the future', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2038-01-19T03:14:08.000Z', { a: 9 });
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    await save(fixture, '2026-11-23T08:15:00.000Z', { a: 1 });
    await save(fixture, '2026-11-23T08:30:00.000Z', { a: 1 });
    expect(await historyLines(fixture)).toEqual(['11-23T08:00 a 1', '01-19T03:14 a 9']);
  });
});

describe('the last line of a key', () => {
  test('is read from a month file that was restored from a backup', async () => {
    await using fixture = await storeFixture();
    const path = monthFileOf(fixture, '2026-11');
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    const older = await readFile(path);
    await save(fixture, '2026-11-23T08:15:00.000Z', { a: 2 });
    await writeFile(`${path}~`, older);
    await rename(`${path}~`, path);
    await save(fixture, '2026-11-23T08:30:00.000Z', { a: 2 });
    expect(await historyLines(fixture)).toEqual(['11-23T08:00 a 1', '11-23T08:30 a 2']);
  });

  test('is found in a month file that was edited by hand', async () => {
    await using fixture = await storeFixture();
    const path = monthFileOf(fixture, '2026-11');
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1, 日本: 1, 'q"\\': 1 });
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const spaced = lines.map((line) => JSON.stringify(JSON.parse(line), null, 1));
    await writeFile(path, `${spaced.map((line) => line.replaceAll('\n', ' ')).join('\n\n')}\n`);
    const files = { a: 1, 日本: 1, 'q"\\': 1 };
    expect(await save(fixture, '2026-11-23T08:15:00.000Z', files)).toMatchObject({
      historyLines: 0,
      warnings: [],
    });
    expect(await save(fixture, '2026-11-23T08:30:00.000Z', { ...files, a: 2 })).toMatchObject({
      historyLines: 1,
    });
  });

  test('is found without reading earlier months', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2026-10-31T08:00:00.000Z', { a: 1, b: 1 });
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1, b: 1 });
    const opened: string[] = [];
    const record = ({ path }: Operation): void => {
      opened.push(path);
    };
    const files = { a: 2, b: 1 };
    await withFileSystem(record, () => save(fixture, '2026-11-23T08:15:00.000Z', files));
    expect(opened).toContain(monthFileOf(fixture, '2026-11'));
    expect(opened).not.toContain(monthFileOf(fixture, '2026-10'));
  });
});
