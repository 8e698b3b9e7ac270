import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calendarExpressions } from '../../../src/schedule/calendar.ts';
import { quoteArgument, quoteProgram, systemd } from '../../../src/schedule/schedulers/systemd.ts';
import { hostileName } from '../../helpers/hostile-program.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

const judge = spawnSync('systemd-analyze', ['--version']).status === 0;

test.runIf(process.env['CI'])('the judge of units is installed', () => {
  expect(judge).toBe(true);
});

describe.runIf(judge)('systemd itself', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sync-runner-units-'));
    await mkdir(join(folder, hostileName));
    await symlink(process.execPath, join(folder, hostileName, 'node'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const analyze = (...args: readonly string[]) =>
    spawnSync('systemd-analyze', args, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder },
    });

  test.each([
    ['a part of an hour', 1],
    ['a part of an hour', 15],
    ['an hour', 60],
    ['whole hours', 120],
    ['a day', 1440],
    ['several lines', 45],
    ['several lines', 32],
    ['no part of a day', 7],
    ['no part of a day, beyond an hour', 1439],
  ])('finds nothing to say of the units for %s: %i min', async (_class, intervalMinutes) => {
    const node = join(folder, hostileName, 'node');
    const job = { ...exampleJob, intervalMinutes, command: [node, hostileName] as const };
    const units = systemd.render(job, exampleHost).map(({ path, text }) => ({
      path: join(folder, basename(path)),
      text,
    }));
    for (const { path, text } of units) await writeFile(path, text);
    const answer = analyze('verify', '--user', ...units.map(({ path }) => path));
    expect(answer).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('finds a mistake, where there is one', async () => {
    const [service] = systemd.render(exampleJob, exampleHost);
    const path = join(folder, 'broken.service');
    await writeFile(path, (service?.text ?? '').replace('TimeoutStartSec', 'TimeoutStrtSec'));
    expect(analyze('verify', '--user', path).stderr).toContain('Unknown key');
  });

  test.each([1, 20, 60, 90, 720, 32, 45, 288, 1440])(
    'reads the calendar of %i min as starts with exactly these gaps',
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

test('arguments escape what systemd expands; the program keeps its dollars', () => {
  expect(quoteArgument('a b%h$HOME\\"\t')).toBe('"a b%%h$$HOME\\\\\\"\\t"');
  expect(quoteProgram('/a b%h$HOME')).toBe('"/a b%%h$HOME"');
  expect([';', '', '--flag=1'].map(quoteArgument)).toEqual(['";"', '""', '--flag=1']);
});

test('the state that all is well is recognised, and that there is no such timer', () => {
  const question = systemd.askState?.(exampleJob, exampleHost);
  const shown = 'UnitFileState=enabled\nActiveState=active\nNeedDaemonReload=no\n';
  expect(question?.read(shown)).toBe(question?.expected);
  expect(question?.read('UnitFileState=\nActiveState=inactive\nNeedDaemonReload=no\n')).toBeNull();
  expect(question?.read(shown.replace('=no', '=yes'))).not.toBe(question?.expected);
});

test('an old systemd that answers with a table gives no next start', () => {
  const read = systemd.askNextStart?.(exampleJob).read;
  expect(read?.('NEXT LEFT LAST\n')).toBeNull();
  expect(read?.('[]')).toBeNull();
  expect(read?.('[{"next":1795000000000000,"last":null}]')).toEqual(new Date(1_795_000_000_000));
});
