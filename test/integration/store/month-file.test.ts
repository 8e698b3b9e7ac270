import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { readHistory, runOutputOf, storeFixture } from './fixtures.ts';
import { folderOf, monthOf, save, told, write } from './history-fixture.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';

describe('a month file', () => {
  const whole = '{"run":"2026-11-22T08:00:00.000Z","key":"a","files":1}';

  test.each([
    ['cut off', '{"run":"2026-11-23T0', '{"run":"2026-11-23T0'],
    ['no JSON', 'nonsense\n', 'nonsense\n'],
    ['full of zeros', '\0\0\0\0', '\0\0\0\0'],
    ['a number', '7\n', '7\n'],
  ])(
    'whose last line is %s loses that line alone, to a file beside it',
    async (_what, tail, kept) => {
      await using fixture = await storeFixture();
      const path = monthOf(fixture, '2026-11');
      await write(path, `${whole}\n${tail}`);
      const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
      expect(saved.warnings).toMatchObject([{ code: 'history-torn', subject: path }]);
      expect(await readFile(`${path}.corrupt-20261123T080000000Z`, 'utf8')).toBe(kept);
      expect((await readFile(path, 'utf8')).startsWith(`${whole}\n{`)).toBe(true);
      expect(await told(fixture)).toEqual(['11-22T08:00 a 1', '11-23T08:00 b 1']);
      expect((await save(fixture, '2026-11-23T08:15:00.000Z', { b: 1 })).warnings).toEqual([]);
    },
  );

  test('with a torn line is mended also when there is nothing to add', async () => {
    await using fixture = await storeFixture();
    await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    const path = monthOf(fixture, '2026-11');
    const good = await readFile(path, 'utf8');
    await writeFile(path, `${good}{"run"`);
    const saved = await save(fixture, '2026-11-23T08:15:00.000Z', { a: 1 });
    expect(saved.warnings).toMatchObject([{ code: 'history-torn' }]);
    expect(await readFile(path, 'utf8')).toBe(good);
  });

  test('that only lacks its last newline loses nothing', async () => {
    await using fixture = await storeFixture();
    await write(monthOf(fixture, '2026-11'), whole);
    const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
    expect(saved.warnings).toEqual([]);
    expect(await told(fixture)).toEqual(['11-22T08:00 a 1', '11-23T08:00 b 1']);
  });

  test('keeps damaged lines in its middle and says so once', async () => {
    await using fixture = await storeFixture();
    const path = monthOf(fixture, '2026-11');
    await write(path, `${whole}\nbroken\n\n{"key":"no run"}\n${whole}\n`);
    const { warnings } = await save(fixture, '2026-11-23T08:00:00.000Z', { b: 1 });
    const message = '2 damaged lines are left out, the first is line 2';
    const hint = `sed -i.bak '2d' ${path}`;
    expect(warnings).toEqual([diagnostic('history-damaged', { subject: path, message, hint })]);
    expect((await save(fixture, '2026-11-23T08:15:00.000Z', { b: 2 })).warnings).toEqual([]);
    expect(await readFile(path, 'utf8')).toContain('\nbroken\n\n{"key":"no run"}\n');
  });

  test('of an earlier month that is a FIFO is left out with a warning', async () => {
    await using fixture = await storeFixture();
    await mkdir(folderOf(fixture), { recursive: true });
    execFileSync('mkfifo', [monthOf(fixture, '2026-10')]);
    const saved = await save(fixture, '2026-11-23T08:00:00.000Z', { a: 1 });
    expect(saved).toMatchObject({
      historyLines: 1,
      warnings: [{ code: 'history-unreadable', subject: monthOf(fixture, '2026-10') }],
    });
    expect(await openStore(fixture.workspace).readLatestHistory('projects')).toHaveLength(1);
  });

  test('of ten megabytes is read without holding up the rest of the program', async () => {
    await using fixture = await storeFixture();
    const line = (index: number): string =>
      JSON.stringify({
        run: '2026-11-22T08:00:00.000Z',
        key: `k${String(index % 5000)}`,
        files: index,
        more: 'x'.repeat(100),
      });
    await write(
      monthOf(fixture, '2026-11'),
      `${Array.from({ length: 60_000 }, (_, index) => line(index)).join('\n')}\n`,
    );
    let longest = 0;
    let isOver = false;
    const others = async (): Promise<void> => {
      for (let before = performance.now(); !isOver; before = performance.now()) {
        await setImmediate();
        longest = Math.max(longest, performance.now() - before);
      }
    };
    const startedAt = performance.now();
    const watching = others();
    await save(fixture, '2026-11-23T08:00:00.000Z', { k1: 1 });
    const wholeTime = performance.now() - startedAt;
    isOver = true;
    await watching;
    // A share, because the machine may be busy: in one step, parsing alone takes most of the time.
    expect(longest / wholeTime).toBeLessThan(1 / 3);
  });
});

describe('the run log', () => {
  test('has one line for each run, whatever happens between', async () => {
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
