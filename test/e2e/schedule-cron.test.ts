import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { statusFile } from '../../src/schema/status.ts';
import { crontab } from '../../src/schedule/schedulers/crontab.ts';
import type { Host } from '../../src/schedule/scheduler.ts';
import { hostileName, hostileProgram } from '../helpers/hostile-program.ts';
import { inSchedulerNamespace, isMissing } from '../helpers/scheduler-namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe.skipIf(isMissing('cron', 'faketime'))('the real cron daemon', { concurrent: true }, () => {
  test(
    'fires what was installed from a hostile path within 65 seconds',
    { timeout: 100_000 },
    async () => {
      await using folder = await temporaryWorkspace();
      const workspace = join(folder.root, hostileName, 'workspace');
      await mkdir(join(workspace, 'data/config'), { recursive: true });
      await mkdir(join(workspace, 'code'));
      const config = { intervalMinutes: 1, syncs: ['projects'], projects: { roots: ['code'] } };
      await writeFile(join(workspace, 'data/config/sync.json'), JSON.stringify(config));
      const program = await hostileProgram(folder.root);
      const script = `
cd "$WORKSPACE"
printf '# mine\\n' | crontab -
"$NODE" "$PROGRAM" install-schedule --target crontab
"$NODE" "$PROGRAM" install-schedule --target crontab
cron -f &
until_true 65 test -e data/sync-status.json
until_true 10 test ! -e data/.sync-lock
"$NODE" "$PROGRAM" status
"$NODE" "$PROGRAM" uninstall-schedule
crontab -l
`;
      const env = {
        PATH: `${process.env['PATH'] ?? ''}:${'/padding'.repeat(375)}`,
        HOME: folder.root,
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
        /^Installed: crontab, every 1 min \(requested\)\nNext run in [\d.]+ s\nUnchanged: /,
      );
      expect(stdout).toMatch(/\nschedule {3}installed in crontab\n/);
      expect(stdout.endsWith('Removed: crontab\n# mine\n')).toBe(true);
      const { run } = statusFile.parse(
        JSON.parse(readFileSync(join(workspace, 'data/sync-status.json'), 'utf8')),
      );
      expect(run).toMatchObject({ trigger: 'scheduled', outcome: 'success' });
    },
  );

  test(
    'in a simulated day lets 96, 32 and 16 runs pass for 15, 45 and 90 minutes',
    { timeout: 200_000 },
    async () => {
      await using folder = await temporaryWorkspace();
      const speed = 600;
      const intervals = [15, 45, 90] as const;
      const standIn = join(folder.root, 'stand-in');
      // Notes the real time of each start in the folder that the last word names.
      await writeFile(standIn, 'for last; do :; done\ndate +%s%3N >> "$last/starts"\n');
      const blocks = await Promise.all(
        intervals.map(async (intervalMinutes) => {
          const id = `sync-runner-${String(intervalMinutes)}`;
          const workspace = join(folder.root, String(intervalMinutes));
          await mkdir(workspace);
          const command = ['/bin/sh', standIn] as const;
          const job = { id, intervalMinutes, command, workspace, timeLimitMinutes: 60 };
          return crontab.render(job, {} as Host).map(({ text }) => text);
        }),
      );
      const end = join(folder.root, 'end');
      await writeFile(
        join(folder.root, 'table'),
        `${blocks.flat().join('')}58 23 * * * touch ${end}\n`,
      );
      const script = `
crontab "$FOLDER/table"
# A tenth of a second is a minute here: cron goes before whatever else the machine has to do.
TZ=UTC nice -n -15 faketime -f "@2026-11-23 23:59:30 x${String(speed)}" cron -f &
until_true 170 test -e "$FOLDER/end"
`;
      const env = { PATH: process.env['PATH'] ?? '', FOLDER: folder.root };
      const { exitCode, stderr } = await inSchedulerNamespace(script, { env, timeoutMs: 190_000 });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const runs = intervals.map((interval) => {
        const block =
          blocks.flat().find((text) => text.includes(`>>> sync-runner-${String(interval)} >>>`)) ??
          '';
        const times = readFileSync(join(folder.root, String(interval), 'starts'), 'utf8')
          .trim()
          .split('\n')
          .map(Number);
        const tick = interval === 90 ? 30 : 15;
        // Simulated minutes since the first start, to the nearest tick of cron.
        const starts = times.map(
          (time) => Math.round(((time - (times[0] ?? 0)) * speed) / 60_000 / tick) * tick,
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
});

/** What `run --if-due` makes of starts. */
function dueOnly(starts: readonly number[], interval: number): readonly number[] {
  let due = 0;
  return starts.filter((start) => {
    if (start < due) return false;
    due = start + interval;
    return true;
  });
}
