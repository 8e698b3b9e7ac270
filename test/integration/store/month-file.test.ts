import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { readHistory, runOutputOf, storeFixture } from './fixtures.ts';
import { historyDirOf, historyLines, monthFileOf, save, write } from './history-fixture.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';

describe('a month file', () => {
  const validLine = '{"run":"2026-11-22T08:00:00.000Z","key":"a","files":1}';

  test.each([
    ['incomplete', '{"run":"2026-11-23T0', '{"run":"2026-11-23T0'],
    ['not JSON', 'nonsense\n', 'nonsense\n'],
    ['zero bytes', '\0\0\0\0', '\0\0\0\0'],
    ['a number', '7\n', '7\n'],
  ])(
    'loses only its last line, to a separate file, when that line is %s',
    async (_what, tail, removed) => {
      await using fixture = await storeFixture();
      const path = monthFileOf(fixture, '2026-11');
      await write(path, `${validLine}\n${tail}`);
      const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
      expect(saved.warnings).toMatchObject([{ code: 'history-torn', subject: path }]);
      expect(await readFile(`${path}.corrupt-20261123T080000000Z`, 'utf8')).toBe(removed);
      expect((await readFile(path, 'utf8')).startsWith(`${validLine}\n{`)).toBe(true);
      expect(await historyLines(fixture)).toEqual(['11-22T08:00 a 1', '11-23T08:00 b 1']);
      expect((await save(fixture, '2026-11-23T08:15:00.000Z', { b: 1 })).warnings).toEqual([]);
    },
  );

  test('loses a torn last line also when no line is added', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    const path = monthFileOf(fixture, '2026-11');
    const good = await readFile(path, 'utf8');
    await writeFile(path, `${good}{"run"`);
    const saved = await save(fixture, '2026-11-23T08:15:00.000Z', { a: 1 });
    expect(saved.warnings).toMatchObject([{ code: 'history-torn' }]);
    expect(await readFile(path, 'utf8')).toBe(good);
  });

  test('keeps all lines when only its last newline is missing', async () => {
    await using fixture = await storeFixture();
    await write(monthFileOf(fixture, '2026-11'), validLine);
    const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
    expect(saved.warnings).toEqual([]);
    expect(await historyLines(fixture)).toEqual(['11-22T08:00 a 1', '11-23T08:00 b 1']);
  });

  test('keeps a damaged line in the middle and reports its number', async () => {
    await using fixture = await storeFixture();
    const path = monthFileOf(fixture, '2026-11');
    await write(path, `${validLine}\nbroken\n${validLine}\n`);
    const { warnings } = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
    const message = '1 damaged line is skipped: line 2';
    const hint = `sed -i.bak '2d' ${path}`;
    expect(warnings).toEqual([diagnostic('history-damaged', { subject: path, message, hint })]);
  });

  test('keeps damaged lines in the middle and reports them once', async () => {
    await using fixture = await storeFixture();
    const path = monthFileOf(fixture, '2026-11');
    await write(path, `${validLine}\nbroken\n\n{"key":"no run"}\n${validLine}\n`);
    const { warnings } = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
    const message = '2 damaged lines are skipped, the first is line 2';
    const hint = `sed -i.bak '2d;4d' ${path}`;
    expect(warnings).toEqual([diagnostic('history-damaged', { subject: path, message, hint })]);
    expect((await save(fixture, '2026-11-23T08:15:00.000Z', { b: 2 })).warnings).toEqual([]);
    expect(await readFile(path, 'utf8')).toContain('\nbroken\n\n{"key":"no run"}\n');
  });

  test('of an earlier month is ignored with a warning when it is a FIFO', async () => {
    await using fixture = await storeFixture();
    await mkdir(historyDirOf(fixture), { recursive: true });
    execFileSync('mkfifo', [monthFileOf(fixture, '2026-10')]);
    const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    expect(saved).toMatchObject({
      historyLines: 1,
      warnings: [{ code: 'history-unreadable', subject: monthFileOf(fixture, '2026-10') }],
    });
    expect(await openStore(fixture.workspace).readLatestHistory('projects')).toHaveLength(1);
  });

  test('of ten megabytes is read without blocking the event loop', async () => {
    await using fixture = await storeFixture();
    const line = (index: number): string =>
      JSON.stringify({
        run: '2026-11-22T08:00:00.000Z',
        key: `k${String(index % 5000)}`,
        files: index,
        more: 'x'.repeat(100),
      });
    await write(
      monthFileOf(fixture, '2026-11'),
      `${Array.from({ length: 60_000 }, (_, index) => line(index)).join('\n')}\n`,
    );
    let longestMs = 0;
    let isOver = false;
    const measureDelays = async (): Promise<void> => {
      for (let before = performance.now(); !isOver; before = performance.now()) {
        await setImmediate();
        longestMs = Math.max(longestMs, performance.now() - before);
      }
    };
    const startedAt = performance.now();
    const measuring = measureDelays();
    await save(fixture, '2026-11-23T08:00:00.000Z', { k1: 1 });
    const totalMs = performance.now() - startedAt;
    isOver = true;
    await measuring;
    // A ratio, because the machine may be busy. Parsing in one step alone would take most of the time.
    expect(longestMs / totalMs).toBeLessThan(1 / 3);
  });
});

describe('the run log', () => {
  test('has one line for each run when its file is torn, a run is saved twice and a month begins', async () => {
    await using fixture = await storeFixture();
    const { workspace, stage } = fixture;
    const path = join(workspace.historyDir('runs'), 'runs-2026-11.jsonl');
    await write(path, '{"run":"torn');
    const output = runOutputOf('2026-11-23T08:00:00.000Z');
    const first = await openStore(workspace).saveRun(stage, output);
    expect(first.warnings).toMatchObject([{ code: 'history-torn', subject: path }]);
    await openStore(workspace).saveRun(stage, output);
    const next = runOutputOf('2026-12-01T00:00:00.000Z');
    await openStore(workspace).saveRun(stage, next);
    expect(await readHistory(workspace, 'runs')).toEqual([output.line, next.line]);
  });
});
