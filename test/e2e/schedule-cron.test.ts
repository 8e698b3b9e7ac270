import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { statusFile } from '../../src/schema/status.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { crontab } from '../../src/schedule/schedulers/crontab.ts';
import type { Host } from '../../src/schedule/scheduler.ts';
import { hostileName, hostileProgram } from '../helpers/hostile-program.ts';
import { inSchedulerNamespace, isMissing, toolsWithGit } from '../helpers/scheduler-namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe.skipIf(isMissing('cron', 'faketime'))(
  'cron daemon (skipped without root, cron or faketime)',
  { concurrent: true },
  () => {
    test(
      'starts a run from a path with special characters within 65 s of the install',
      { timeout: 100_000 },
      async () => {
        await using temporary = await temporaryWorkspace();
        const workspace = join(temporary.root, hostileName, 'workspace');
        await mkdir(join(workspace, 'data/config'), { recursive: true });
        await mkdir(join(workspace, 'code'));
        const config = { intervalMinutes: 1, syncs: ['projects'], projects: { roots: ['code'] } };
        await writeFile(join(workspace, 'data/config/sync.json'), JSON.stringify(config));
        await temporary.gitRepository(join(hostileName, 'workspace/code/alpha'), {});
        const tools = await toolsWithGit(temporary.root);
        const program = await hostileProgram(temporary.root);
        const script = `
cd "$WORKSPACE"
printf '# mine\\n' | crontab -
"$NODE" "$PROGRAM" install-schedule --target crontab
"$NODE" "$PROGRAM" install-schedule --target crontab
# git is not in the PATH of cron.
mount --bind /dev/null /usr/bin/git
cron -f &
until_true 65 test -e data/sync-status.json
until_true 10 test ! -e data/.sync-lock
"$NODE" "$PROGRAM" status
"$NODE" "$PROGRAM" uninstall-schedule
crontab -l
`;
        const env = {
          PATH: `${tools}:${process.env['PATH'] ?? ''}:${'/padding'.repeat(375)}`,
          HOME: temporary.root,
          NODE: process.execPath,
          PROGRAM: program,
          WORKSPACE: workspace,
          ANTHROPIC_ADMIN_KEY: 'canary',
        };
        const { exitCode, stdout, stderr } = await inSchedulerNamespace(script, {
          env,
          timeoutMs: 95_000,
        });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        expect(stdout).toMatch(
          /^Installed: crontab, every 1 min \(requested\)\nNext run in [\d.]+ s\ngit: .*\/tools\/git\nUnchanged: /,
        );
        expect(stdout).toMatch(/\nschedule {3}installed in crontab\n/);
        expect(stdout.endsWith('Removed: crontab\n# mine\n')).toBe(true);
        const { run } = statusFile.parse(
          JSON.parse(readFileSync(join(workspace, 'data/sync-status.json'), 'utf8')),
        );
        expect(run).toMatchObject({ trigger: 'scheduled', outcome: 'success' });
        const { projects } = JSON.parse(
          readFileSync(join(workspace, 'data/projects.json'), 'utf8'),
        ) as Snapshot<'projects'>;
        expect(projects[0]?.git?.lastCommit?.hash).toMatch(/^[0-9a-f]{40}$/);
      },
    );

    test(
      'starts 96, 32 and 16 runs on a simulated day for intervals of 15, 45 and 90 minutes',
      { timeout: 200_000 },
      async () => {
        await using temporary = await temporaryWorkspace();
        const speed = 600;
        const intervals = [15, 45, 90] as const;
        const recorder = join(temporary.root, 'recorder');
        // Appends the real time of each start to a file in the directory of the last argument.
        await writeFile(recorder, 'for last; do :; done\ndate +%s%3N >> "$last/starts"\n');
        const blocks = await Promise.all(
          intervals.map(async (intervalMinutes) => {
            const id = `sync-runner-${String(intervalMinutes)}`;
            const workspace = join(temporary.root, String(intervalMinutes));
            await mkdir(workspace);
            const command = ['/bin/sh', recorder] as const;
            const job = {
              id,
              intervalMinutes,
              command,
              git: null,
              workspace,
              timeLimitMinutes: 60,
            };
            return crontab.render(job, {} as Host).map(({ text }) => text);
          }),
        );
        const end = join(temporary.root, 'end');
        await writeFile(
          join(temporary.root, 'table'),
          `${blocks.flat().join('')}58 23 * * * touch ${end}\n`,
        );
        const script = `
crontab "$DIR/table"
# A minute lasts a tenth of a second, so cron needs a higher priority than other tests.
TZ=UTC nice -n -15 faketime -f "@2026-11-23 23:59:30 x${String(speed)}" cron -f &
until_true 170 test -e "$DIR/end"
`;
        const env = { PATH: process.env['PATH'] ?? '', DIR: temporary.root };
        const { exitCode, stderr } = await inSchedulerNamespace(script, {
          env,
          timeoutMs: 190_000,
        });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        const runs = intervals.map((interval) => {
          const block =
            blocks
              .flat()
              .find((text) => text.includes(`>>> sync-runner-${String(interval)} >>>`)) ?? '';
          const times = readFileSync(join(temporary.root, String(interval), 'starts'), 'utf8')
            .trim()
            .split('\n')
            .map(Number);
          const tick = interval === 90 ? 30 : 15;
          // Simulated minutes since the first start, rounded down to a tick: a busy machine delays starts.
          const starts = times.map(
            (time) => Math.floor(((time - (times[0] ?? 0)) * speed) / 60_000 / tick + 0.3) * tick,
          );
          return block.includes('--if-due') ? dueOnly(starts, interval) : starts;
        });
        expect(runs.map(({ length }) => length)).toEqual([96, 32, 16]);
        expect(runs).toEqual(
          intervals.map((interval) =>
            Array.from({ length: 1440 / interval }, (_, n) => n * interval),
          ),
        );
      },
    );
  },
);

/** Returns the starts that `run --if-due` passes. */
function dueOnly(starts: readonly number[], interval: number): readonly number[] {
  let due = 0;
  return starts.filter((start) => {
    if (start < due) return false;
    due = start + interval;
    return true;
  });
}
