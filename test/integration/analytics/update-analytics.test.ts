import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { analyticsFile, type Analytics } from '../../../src/schema/analytics.ts';
import { configFile } from '../../../src/schema/config.ts';
import { updateAnalytics } from '../../../src/analytics/update-analytics.ts';
import { openStore } from '../../../src/store/store.ts';
import { entriesOf, fileStats, projectOf, registryOf, storeFixture } from '../store/fixtures.ts';
import { tokensSnapshot, usageOf } from '../../helpers/snapshots.ts';

const morning = new Date('2026-11-23T08:45:00.000Z');
const evening = new Date('2026-11-23T23:45:00.000Z');
const nextDay = new Date('2026-11-24T00:00:00.000Z');

type Fixture = Awaited<ReturnType<typeof storeFixture>>;

async function createFixture(): Promise<Fixture> {
  const fixture = await storeFixture();
  const registry = registryOf([projectOf('alpha')]);
  await openStore(fixture.workspace).saveSync(fixture.stage, 'projects', {
    run: morning.toISOString(),
    snapshot: registry,
    entries: entriesOf(registry),
  });
  write(fixture, 'tokens', tokensSnapshot([usageOf('2026-11-22')]));
  return fixture;
}

const write = ({ workspace }: Fixture, name: 'tokens' | 'projects', content: object): void => {
  writeFileSync(workspace.snapshot(name), JSON.stringify(content));
};

async function update(
  { workspace, stage }: Fixture,
  {
    now = morning,
    budget,
    signal = new AbortController().signal,
  }: {
    now?: Date;
    budget?: number;
    signal?: AbortSignal;
  } = {},
): Promise<void> {
  const tokens = budget === undefined ? {} : { budget: { monthly: budget } };
  const config = configFile.parse({ tokens });
  const options = { workspace, store: openStore(workspace), config, now, signal };
  await updateAnalytics(stage, options);
}

const analyticsOf = ({ workspace }: Fixture): Analytics =>
  analyticsFile.parse(JSON.parse(readFileSync(workspace.analytics, 'utf8')));

describe('updateAnalytics', () => {
  test('does not touch the file when nothing has changed on the same day', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    expect(analyticsOf(fixture)).toMatchObject({ day: '2026-11-23', projects: [{ id: 'alpha' }] });
    const before = fileStats(fixture.workspace);
    await update(fixture, { now: evening });
    expect(fileStats(fixture.workspace)).toEqual(before);
  });

  test('updates the file on the next day', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    await update(fixture, { now: nextDay });
    expect(analyticsOf(fixture)).toMatchObject({
      day: '2026-11-24',
      updatedAt: nextDay.toISOString(),
      tokens: { today: '2026-11-24' },
    });
  });

  test('updates the file when a snapshot, the budget or the file itself changes', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    write(fixture, 'tokens', tokensSnapshot([usageOf('2026-11-22', { costUsd: '7.000000' })]));
    await update(fixture, { now: evening });
    expect(analyticsOf(fixture).tokens?.sources[0]?.windows[0]?.costUsd).toBe('7.000000');
    await update(fixture, { now: evening, budget: 14 });
    expect(analyticsOf(fixture).tokens?.sources[0]?.month.budgetUsed).toBe(50);

    writeFileSync(fixture.workspace.analytics, '{}');
    await update(fixture, { now: evening, budget: 14 });
    expect(analyticsOf(fixture).projects).toHaveLength(1);
  });

  test('keeps updatedAt when an input is rewritten with the same content', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    const before = fileStats(fixture.workspace)['analytics.json'];
    write(fixture, 'tokens', tokensSnapshot([usageOf('2026-11-22')]));
    await update(fixture, { now: evening });
    expect(fileStats(fixture.workspace)['analytics.json']).toBe(before);
  });

  test.each([
    [
      'is deleted',
      (path: string) => {
        rmSync(path);
      },
    ],
    [
      'is edited',
      (path: string) => {
        writeFileSync(path, '{"schemaVersion":1}');
      },
    ],
  ])('writes the file again when it %s', async (_change, damage) => {
    await using fixture = await createFixture();
    await update(fixture);
    damage(fixture.workspace.analytics);
    await update(fixture, { now: evening });
    expect(analyticsOf(fixture).projects).toHaveLength(1);
  });

  test('derives the same analytics with missing and damaged caches', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    const { projects, trend } = analyticsOf(fixture);
    for (const text of ['', 'null', '{"version":1}', '\0']) {
      for (const name of ['derived', 'rollups'] as const) {
        writeFileSync(fixture.workspace.cache(name), text);
      }
      rmSync(fixture.workspace.analytics);
      await update(fixture);
      expect(analyticsOf(fixture)).toMatchObject({ projects, trend });
    }
  });

  test('rejects and keeps the file when a snapshot is damaged', async () => {
    await using fixture = await createFixture();
    await update(fixture);
    const before = fileStats(fixture.workspace)['analytics.json'];
    writeFileSync(fixture.workspace.snapshot('tokens'), '{ "schemaVersion": 1,');
    await expect(update(fixture)).rejects.toMatchObject({ code: 'data' });
    expect(fileStats(fixture.workspace)['analytics.json']).toBe(before);
  });

  test('rejects and writes nothing when the run is aborted', async () => {
    await using fixture = await createFixture();
    const series = fixture.workspace.historyDir('quality');
    await mkdir(series, { recursive: true });
    const line = `${JSON.stringify({ run: morning.toISOString(), key: 'x' })}\n`;
    writeFileSync(`${series}/quality-2026-11.jsonl`, line.repeat(200_000));
    const stop = new AbortController();
    const updating = update(fixture, { signal: stop.signal });
    stop.abort(new Error('stopped'));
    await expect(updating).rejects.toThrow('stopped');
    expect(fileStats(fixture.workspace)).not.toHaveProperty('analytics.json');
  });
});

test('updateAnalytics rejects and names the path when it is a directory', async () => {
  await using fixture = await createFixture();
  await mkdir(fixture.workspace.analytics, { recursive: true });
  await expect(update(fixture)).rejects.toMatchObject({
    code: 'io',
    message: expect.stringContaining(fixture.workspace.analytics) as string,
  });
});
