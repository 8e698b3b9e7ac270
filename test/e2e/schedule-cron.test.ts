import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jobTiming } from '../../src/schedule/job-timing.ts';
import { configFile } from '../../src/schema/config.ts';
import { statusFile } from '../../src/schema/status.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { crontab } from '../../src/schedule/schedulers/crontab.ts';
import type { Host } from '../../src/schedule/scheduler.ts';
import { cliPath } from '../helpers/cli.ts';
import { exampleJob } from '../unit/schedule/examples.ts';
import { hostileName, hostileProgram } from '../helpers/hostile-program.ts';
import { inSchedulerNamespace, isMissing, toolsWithGit } from '../helpers/scheduler-namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

describe.skipIf(isMissing('cron', 'faketime'))(
  'cron daemon (skipped without root, cron or faketime)',
  { concurrent: true },
  () => {
    test('starts a run from a path with special characters at the reported time, in the time zone of the machine', async () => {
      await using temporary = await temporaryWorkspace();
      const workspace = join(temporary.root, hostileName, 'workspace');
      await mkdir(join(workspace, 'data/config'), { recursive: true });
      await mkdir(join(workspace, 'code'));
      const config = { syncs: ['projects'], projects: { roots: ['code'] } };
      await writeFile(join(workspace, 'config'), JSON.stringify(config));
      await temporary.gitRepository(join(hostileName, 'workspace/code/alpha'), {});
      const tools = await toolsWithGit(temporary.root);
      const program = await hostileProgram(temporary.root);
      const script = `
cd "$WORKSPACE"
cp -a /etc etc
rm -rf etc/cron.*
: > etc/crontab
touch -d '1 day ago' etc/crontab
ln -sfn /usr/share/zoneinfo/Asia/Kathmandu etc/localtime
mount --bind etc /etc
env -u TZ cron -f &
until_true 60 test -e /run/crond.pid
# cron compares times in seconds: it does not read a crontab again that was changed in the second in which it was read.
started=$(date +%s)
later() { test "$(date +%s)" -gt $((started + 1)); }
until_true 60 later
printf '# mine\\nCRON_TZ=Asia/Tokyo\\nTZ=Asia/Tokyo\\n' | crontab -
# The next minute, or the one after if it is near.
at=$(env -u TZ date -d "+30 seconds +1 minute" '+%-M %-H')
sed "s|^{|{ \\"schedule\\": \\"$at * * *\\",|" config > data/config/sync.json
"$NODE" "$PROGRAM" install-schedule --target crontab 2> notes
"$NODE" "$PROGRAM" install-schedule --target crontab 2>> notes
# git is not in the PATH of cron.
mount --bind /dev/null /usr/bin/git
"$NODE" "$PROGRAM" status --json > before
until_true 120 test -e data/sync-status.json
until_true 60 test ! -e data/.sync-lock
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
        TZ: 'America/New_York',
      };
      const { exitCode, stdout, stderr } = await inSchedulerNamespace(script, {
        env,
        timeoutMs: 280_000,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(
        /^Installed: crontab, \d+ \d+ \* \* \* \(requested\)\nNext run in (?:[\d.]+ s|1 min)\ngit: .*\/tools\/git\nUndo: sync-runner uninstall-schedule\nUnchanged: /,
      );
      expect(stdout).toMatch(/\nschedule {3}installed in crontab: \d+ \d+ \* \* \*\n/);
      expect(stdout).toMatch(/Removed: crontab\n# mine\nCRON_TZ=\S+\nTZ=\S+\n$/);
      const { run } = statusFile.parse(
        JSON.parse(readFileSync(join(workspace, 'data/sync-status.json'), 'utf8')),
      );
      expect(run).toMatchObject({ trigger: 'scheduled', outcome: 'success' });
      const read = (name: string): string => readFileSync(join(workspace, name), 'utf8');
      const before = JSON.parse(read('before')) as { readonly nextRunAt: string };
      expect(before).toMatchObject({ schedule: { timeZone: 'Asia/Katmandu' } });
      expect(before.nextRunAt.slice(0, 16)).toBe(run.id.slice(0, 16));
      expect(read('notes')).toContain('this cron does not support CRON_TZ=Asia/Tokyo');
      const { projects } = JSON.parse(
        readFileSync(join(workspace, 'data/projects.json'), 'utf8'),
      ) as Snapshot<'projects'>;
      expect(projects[0]?.git?.lastCommit?.hash).toMatch(/^[0-9a-f]{40}$/);
    });

    test('is required, and every byte of a crontab survives while edited, moved and removed lines of the schedule are replaced', async () => {
      await using temporary = await temporaryWorkspace();
      const at = (name: string): string => join(temporary.root, name);
      await writeFile(
        at('table'),
        '# a\rb\n# x\by\n# \xff\x01\n# literal \\r \\b\n1 2 3 4 5 true\r\n',
        'latin1',
      );
      const script = `
cd "$DIR"
cli() { local ws=$1; shift; "$NODE" "$PROGRAM" "$@" --workspace "$DIR/$ws"; }
table() { tail -n +4 /var/spool/cron/crontabs/root; }
jobs() { table | grep -c ' run --scheduled ' || true; }
mkdir -p ws/data/config
cli ws install-schedule > refused 2>&1 || echo "exit $?" >> refused
cli ws install-schedule --target crontab 2> warned
cli ws doctor > doctor || true
cron -f &
until_true 60 test -e /run/crond.pid
crontab table
cli ws install-schedule --target crontab 2> clean
table | head -c "$(stat -c %s table)" | cmp - table
for edit in 's/.*>>>.*/\\U&/;s/.*<<<.*/\\U&/' 's/^/  /' 's/$/\\r/' '/>>>/d' '/<<</d' '/>>>/d;/<<</d'; do
  crontab table
  cli ws install-schedule -q
  table | sed "$(($(wc -l < table) + 1)),$ { $edit
}" > edited
  crontab edited
  cli ws install-schedule --check > /dev/null && { echo "not outdated: $edit" >&2; cat edited >&2; exit 8; }
  cli ws install-schedule -q
  test "$(jobs)" = 1
  table | head -c "$(stat -c %s table)" | cmp - table
done
cli ws status > installed

mv ws moved
cli ws run --scheduled 2> gone || echo "exit $?" >> gone
test ! -e ws
cli moved install-schedule --dry-run > dry
cli moved install-schedule
test "$(jobs)" = 1
table | grep -q -- "--workspace $DIR/moved$"
cp -r moved copy
cli copy install-schedule -q
test "$(jobs)" = 2
cli copy uninstall-schedule -q
mv moved again
cli again uninstall-schedule
table | cmp - table

mkdir -p broken/data/config
echo '{' > broken/data/config/sync.json
cli broken run --scheduled > log.out 2>&1 || echo "exit $?"
cat broken/data/logs/sync-runner.log > log
`;
      const env = {
        PATH: process.env['PATH'] ?? '',
        HOME: temporary.root,
        NODE: process.execPath,
        PROGRAM: cliPath,
        DIR: temporary.root,
      };
      const { exitCode, stdout, stderr } = await inSchedulerNamespace(script, {
        env,
        timeoutMs: 280_000,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const text = (name: string): string => readFileSync(at(name), 'utf8');
      expect(text('refused')).toContain('crontab: no cron daemon is running\n');
      expect(text('refused')).toMatch(/install it nevertheless with --target crontab[^]*exit 3\n$/);
      expect(text('warned')).toBe(
        '  warning: no cron daemon is running, so no run starts: sudo service cron start\n',
      );
      expect(text('doctor')).toContain('no cron daemon is running');
      expect(text('clean')).toBe('');
      expect(text('installed')).toContain('installed in crontab');
      expect(text('gone')).toContain(`the workspace ${at('ws')} does not exist`);
      expect(text('gone')).toMatch(/exit 2\n$/);
      expect(text('dry')).toContain(at('moved'));
      expect(stdout).toMatch(/Removed: crontab\nexit 2\n$/);
      expect(text('log')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z ✗ .*sync\.json/);
    });

    test('starts 24, 8 and 4 runs in six simulated hours for intervals of 15, 45 and 90 minutes, and those of an expression', async () => {
      await using temporary = await temporaryWorkspace();
      const speed = 600;
      const schedules = [
        { intervalMinutes: 15 },
        { intervalMinutes: 45 },
        { intervalMinutes: 90 },
        { schedule: '*/20 22,23,0 * * mon' },
      ];
      const recorder = join(temporary.root, 'recorder');
      // Appends the real time of each start to a file in the directory of the last argument.
      await writeFile(recorder, 'for last; do :; done\ndate +%s%3N >> "$last/starts"\n');
      const blocks = await Promise.all(
        schedules.map(async (schedule, index) => {
          const workspace = join(temporary.root, String(index));
          await mkdir(workspace);
          const job = {
            ...{ ...exampleJob, ...jobTiming(configFile.parse(schedule)) },
            ...{ id: `sync-runner-${String(index)}`, git: null, workspace },
            command: ['/bin/sh', recorder] as const,
          };
          return crontab.render(job, {} as Host).map(({ text }) => text);
        }),
      );
      const end = join(temporary.root, 'end');
      await writeFile(
        join(temporary.root, 'table'),
        `${blocks.flat().join('')}58 2 * * * touch ${end}\n`,
      );
      const script = `
crontab "$DIR/table"
# A minute lasts a tenth of a second, so cron needs a higher priority than other tests.
TZ=UTC nice -n -15 faketime -f "@2026-11-23 20:59:30 x${String(speed)}" cron -f &
until_true 120 test -e "$DIR/end"
`;
      const env = { PATH: process.env['PATH'] ?? '', DIR: temporary.root };
      const { exitCode, stderr } = await inSchedulerNamespace(script, {
        env,
        timeoutMs: 280_000,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const runs = schedules.map(({ intervalMinutes }, index) => {
        const times = readFileSync(join(temporary.root, String(index), 'starts'), 'utf8')
          .trim()
          .split('\n')
          .map(Number);
        const tick = [15, 15, 30, 20][index] ?? 15;
        // Simulated minutes since the first start, rounded down to a tick: a busy machine delays starts.
        const starts = times.map(
          (time) => Math.floor(((time - (times[0] ?? 0)) * speed) / 60_000 / tick + 0.3) * tick,
        );
        const isChecked = blocks[index]?.join('').includes('--if-due') === true;
        return isChecked ? dueOnly(starts, intervalMinutes ?? 0) : starts;
      });
      const every = (minutes: number, count: number): readonly number[] =>
        Array.from({ length: count }, (_, n) => n * minutes);
      expect(runs).toEqual([every(15, 24), every(45, 8), every(90, 4), every(20, 6)]);
    });
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
