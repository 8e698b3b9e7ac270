import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarExpressions } from '../../../src/schedule/calendar.ts';
import { systemd } from '../../../src/schedule/schedulers/systemd.ts';
import { hostileName } from '../../helpers/hostile-program.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;

test('systemd-analyze is installed when the tests run in CI', () => {
  expect(hasAnalyze || !process.env['CI']).toBe(true);
});

describe.skipIf(!hasAnalyze)('systemd-analyze (skipped if not installed)', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sync-runner-units-'));
    await mkdir(join(dir, hostileName));
    await symlink(process.execPath, join(dir, hostileName, 'node'));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const analyze = (...args: readonly string[]) =>
    spawnSync('systemd-analyze', args, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: dir, XDG_RUNTIME_DIR: dir },
    });

  test.each([1, 15, 60, 120, 1440, 45, 32, 7, 1439])(
    'verifies the units of %i min without a message',
    async (intervalMinutes) => {
      const node = join(dir, hostileName, 'node');
      const job = { ...exampleJob, intervalMinutes, command: [node, hostileName] as const };
      const units = systemd.render(job, exampleHost).map(({ path, text }) => ({
        path: join(dir, basename(path)),
        text,
      }));
      for (const { path, text } of units) await writeFile(path, text);
      const result = analyze('verify', '--user', ...units.map(({ path }) => path));
      expect(result).toMatchObject({ status: 0, stdout: '', stderr: '' });
    },
  );

  test('reports an unknown key in a unit', async () => {
    const [service] = systemd.render(exampleJob, exampleHost);
    const path = join(dir, 'broken.service');
    await writeFile(path, (service?.text ?? '').replace('TimeoutStartSec', 'TimeoutStrtSec'));
    expect(analyze('verify', '--user', path).stderr).toContain('Unknown key');
  });

  test.each([1, 20, 60, 90, 720, 32, 45, 288, 1440])(
    'reads the calendar of %i min as starts with gaps of exactly the interval',
    (intervalMinutes) => {
      const starts = (calendarExpressions(intervalMinutes) ?? []).flatMap((expression) => {
        const { stdout } = analyze(
          'calendar',
          '--iterations=60',
          '--base-time=2026-03-28 23:59:30 UTC',
          expression,
        );
        return [
          ...stdout.matchAll(/(?:elapse|Iteration #\d+|Iter\. #\d+|in UTC): \w+ (.+ UTC)$/gm),
        ].map(([, text = '']) => Date.parse(text));
      });
      const sorted = [...new Set(starts)].toSorted((a, b) => a - b).slice(0, 40);
      expect(sorted.length).toBe(40);
      for (const [index, start] of sorted.slice(1).entries()) {
        expect(start - (sorted[index] ?? 0)).toBe(intervalMinutes * 60_000);
      }
    },
  );
});
