import { readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HealthAssessment } from '../../src/health/assess-health.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import { hostileName, hostileProgram } from '../helpers/hostile-program.ts';
import { inSchedulerNamespace, isMissing, toolsWithGit } from '../helpers/scheduler-namespace.ts';
import { temporaryWorkspace } from '../helpers/workspace.ts';

test.skipIf(isMissing('/lib/systemd/systemd'))(
  'systemd user manager starts, reports, catches up and removes the schedule (skipped without root or systemd)',
  async () => {
    await using temporary = await temporaryWorkspace();
    const at = (name: string): string => join(temporary.root, name);
    const workspace = join(temporary.root, hostileName, 'workspace');
    const home = at('home & co');
    await mkdir(join(workspace, 'data/config'), { recursive: true });
    await mkdir(join(workspace, 'code'));
    await mkdir(home);
    await mkdir(at('bin'));
    await temporary.gitRepository(join(hostileName, 'workspace/code/alpha'), {});
    const tools = await toolsWithGit(temporary.root);
    const config = { intervalMinutes: 60, syncs: ['projects'], projects: { roots: ['code'] } };
    await writeFile(join(workspace, 'data/config/sync.json'), JSON.stringify(config));
    await writeFile(
      at('bin/systemctl'),
      '#!/bin/sh\necho "$*" >> "$LOG"\nexec /usr/bin/systemctl "$@"\n'.replace('$LOG', at('calls')),
    );
    await chmod(at('bin/systemctl'), 0o755);
    const script = `
mkdir -p /run/systemd/system /run/user/0
cd "$WORKSPACE"
cli() { PATH="$OUT/bin:$PATH" "$NODE" "$PROGRAM" "$@"; }
/lib/systemd/systemd --user > "$OUT/manager.log" 2>&1 & MANAGER=$!
until_true 60 sh -c '/usr/bin/systemctl --user show-environment > "$OUT/environment" 2>&1'

# git is not in the PATH of the manager.
mount --bind /dev/null /usr/bin/git
cli install-schedule --json > "$OUT/first.json"
find "$HOME/.config" -type f > "$OUT/files"
mv "$OUT/calls" "$OUT/first.calls"
cli install-schedule --json > "$OUT/second.json"
mv "$OUT/calls" "$OUT/second.calls"
cli install-schedule --check
systemctl --user list-timers --all --output=json > "$OUT/timers.json"
cli status --json > "$OUT/status.json"

sed -i 's/:60/:90/' data/config/sync.json
cli status > "$OUT/outdated"
cli install-schedule --check > "$OUT/diff" && exit 9
cli install-schedule -q

TIMER=$(cd "$HOME/.config/systemd/user"; echo *.timer)
systemctl --user stop "$TIMER"
mkdir -p "$HOME/.local/share/systemd/timers"
touch -d '3 hours ago' "$HOME/.local/share/systemd/timers/stamp-$TIMER"
systemctl --user start "$TIMER"
until_true 120 test -e data/sync-status.json
until_true 60 test ! -e data/.sync-lock
cp data/projects.json "$OUT"
systemctl --user show --property=Result,ExecMainStatus,NRestarts "\${TIMER%.timer}.service" > "$OUT/result"

cli install-schedule --pause -q
systemctl --user is-enabled "$TIMER" > "$OUT/paused" || true
systemctl --user is-active "$TIMER" >> "$OUT/paused" || true
cli status >> "$OUT/paused"
cli install-schedule --resume -q
cli install-schedule --check > "$OUT/resumed"
# Not due, but requested.
rm data/sync-status.json
echo '{ "intervalMinutes": 90, "syncs": ["projects"], "projects": { "roots": ["code"] }, "quietHours": "00:00-23:59" }' > data/config/sync.json
cli install-schedule -q
cli install-schedule --run -q
until_true 120 test -e data/sync-status.json
until_true 60 test ! -e data/.sync-lock

cli uninstall-schedule
cli uninstall-schedule
find "$HOME" -type f -o -type l > "$OUT/left"
systemctl --user list-timers --all --no-legend > "$OUT/timers.left"
systemctl --user list-unit-files --no-legend 'sync-runner*' > "$OUT/units.left" || true
kill "$MANAGER"; wait "$MANAGER" || true
`;
    const env = {
      PATH: `${tools}:${process.env['PATH'] ?? ''}:${'/padding'.repeat(375)}`,
      HOME: home,
      XDG_RUNTIME_DIR: '/run/user/0',
      OUT: temporary.root,
      NODE: process.execPath,
      PROGRAM: await hostileProgram(temporary.root),
      WORKSPACE: workspace,
    };
    const started = Date.now();
    const { exitCode, stdout } = await inSchedulerNamespace(script, { env, timeoutMs: 280_000 });
    const text = (name: string): string => readFileSync(at(name), 'utf8');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout:
        'installed: systemd user timer\nRemoved: systemd user timer\nNo schedule is installed\n',
    });

    const [first, second] = [text('first.json'), text('second.json')].map(
      (json) => JSON.parse(json) as Readonly<Record<string, unknown>>,
    );
    expect(first).toMatchObject({
      target: 'systemd',
      changed: true,
      reason: 'default on Linux',
    });
    expect(second).toMatchObject({ changed: false, steps: [] });
    expect(text('first.calls')).toContain('daemon-reload');
    expect(text('second.calls')).not.toMatch(/daemon-reload|enable|start/);
    expect(text('files').trim().split('\n')).toHaveLength(2);

    const [timer] = JSON.parse(text('timers.json')) as readonly { readonly next: number }[];
    const next = (timer?.next ?? 0) / 1000;
    // At a full hour, plus the fixed random delay of this machine.
    expect(next % (60 * 60_000)).toBeLessThanOrEqual(30_000);
    expect(next).toBeGreaterThan(started);
    expect(next).toBeLessThanOrEqual(started + 61 * 60_000);
    const report = JSON.parse(text('status.json')) as HealthAssessment;
    expect(report.nextRunAt).toBe(new Date(next).toISOString());
    expect(report).toMatchObject({
      nextRunSource: 'scheduler',
      schedule: { target: 'systemd', state: 'installed', commandExists: true },
    });

    expect(text('outdated')).toContain(
      '! the schedule in systemd does not match the configuration',
    );
    expect(text('diff')).toContain(
      '-OnCalendar=*-*-* 00/1:00:00 UTC\n+OnCalendar=*-*-* 00/3:00:00 UTC',
    );

    expect(text('result')).toContain('Result=success');
    const { run } = JSON.parse(readFileSync(join(workspace, 'data/sync-status.json'), 'utf8')) as {
      readonly run: { readonly trigger: string };
    };
    expect(run.trigger).toBe('scheduled');
    const { projects } = JSON.parse(text('projects.json')) as Snapshot<'projects'>;
    expect(projects[0]?.git?.lastCommit?.hash).toMatch(/^[0-9a-f]{40}$/);

    expect(text('paused')).toMatch(/^disabled\ninactive\n/);
    expect(text('paused')).toMatch(/\nschedule {3}paused in systemd\n/);
    expect(text('resumed')).toBe('installed: systemd user timer\n');

    expect([text('left'), text('timers.left'), text('units.left')]).toEqual(['', '', '']);
  },
);
