import { spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Fake programs of the schedulers that a test must not use or that this machine does not have. */
export interface SchedulerShims extends AsyncDisposable {
  /** Directory of the programs, for PATH. */
  readonly dir: string;
  /** Returns the command lines since the previous call. */
  readonly calls: () => readonly string[];
  /** Reads a state file: `table` (crontab), `job` (launchctl), `task` (schtasks), or a fault. */
  readonly read: (name: string) => string | null;
  /** Writes or (null) removes a state file. */
  readonly set: (name: string, text: string | null) => void;
}

const scripts = {
  // Faults: `deny` fails, `warn` prints on stderr, `mangle` drops the last line of the new table,
  // `full` rejects every table. `version` contains the output of `-V`, an option of cronie and systemd-cron.
  crontab: `
[ -e "$STATE/warn" ] && echo 'crontab: warning: the clock is odd' >&2
if [ -e "$STATE/deny" ]; then
  echo 'You (ada) are not allowed to use this program (crontab)' >&2; exit 1
fi
case $1 in
  -l) [ -e "$STATE/table" ] || { echo 'no crontab for ada' >&2; exit 1; }; cat "$STATE/table" ;;
  -r) rm "$STATE/table" ;;
  -V) cat "$STATE/version" ;;
  -)  if [ -e "$STATE/full" ]; then echo 'crontab: No space left on device' >&2; exit 1; fi
      cat > "$STATE/new"
      if [ -e "$STATE/mangle" ]; then rm "$STATE/mangle"; sed '$d' "$STATE/new" > "$STATE/table"
      else mv "$STATE/new" "$STATE/table"; fi ;;
  *)  exit 1 ;;
esac`,
  // `job` contains how often `print` still finds the job: `loaded` for always, a number after `bootout`.
  // `disabled` exists while the label is disabled. Faults: `eio` contains how often `bootstrap` fails; `reject`, a text in the plist with which it always does.
  launchctl: `
job=$(cat "$STATE/job" 2>/dev/null)
case $1 in
  print)
    case $job in
      loaded) echo 'state = not running'; exit 0 ;;
      [1-9]*) echo $((job - 1)) > "$STATE/job"; exit 0 ;;
      *) echo 'Could not find service' >&2; exit 113 ;;
    esac ;;
  enable) rm -f "$STATE/disabled" ;;
  disable) : > "$STATE/disabled" ;;
  kickstart) [ "$job" = loaded ] || exit 113 ;;
  bootout)
    [ "$job" = loaded ] || { echo 'Boot-out failed: 3: No such process' >&2; exit 3; }
    echo 3 > "$STATE/job" ;;
  bootstrap)
    left=$(cat "$STATE/eio" 2>/dev/null || echo 0)
    case $job in [1-9]*) left=1 ;; esac
    if [ -e "$STATE/reject" ] && grep -qF "$(cat "$STATE/reject")" "$3"; then
      echo 'Bootstrap failed: 125: Domain does not support specified action' >&2; exit 125
    fi
    [ -e "$STATE/disabled" ] && { echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5; }
    if [ "$left" -gt 0 ]; then
      echo $((left - 1)) > "$STATE/eio"; echo 'Bootstrap failed: 5: Input/output error' >&2; exit 5
    fi
    cp "$3" "$STATE/plist" && echo loaded > "$STATE/job" ;;
esac`,
  schtasks: `exec '${process.execPath}' '${join(import.meta.dirname, 'windows/schtasks.mjs')}' "$STATE" "$@"`,
} as const;

/** Starts a process that has the name of a cron daemon, no environment, and does nothing. */
export function startFakeCron(dir: string): ChildProcess {
  const program = join(dir, 'cron');
  copyFileSync('/bin/sleep', program);
  return spawn(program, ['600'], { stdio: 'ignore', env: {} });
}

export async function schedulerShims(): Promise<SchedulerShims> {
  const root = await mkdtemp(join(tmpdir(), 'sync-runner-shims-'));
  const dir = join(root, 'bin');
  const state = join(root, 'state');
  await Promise.all([dir, state].map((path) => mkdir(path)));
  for (const [name, body] of Object.entries(scripts)) {
    const path = join(dir, name);
    const head = `#!/bin/sh\nSTATE='${state}'\necho "${name} $*" >> "$STATE/calls"\n`;
    await writeFile(path, `${head}${body.trim()}\n`);
    await chmod(path, 0o755);
  }
  const cron = startFakeCron(root);
  const read = (name: string): string | null => {
    const path = join(state, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  return {
    dir,
    calls: () => {
      const lines = (read('calls') ?? '').split('\n').slice(0, -1);
      rmSync(join(state, 'calls'), { force: true });
      return lines;
    },
    read,
    set: (name, text) => {
      if (text === null) rmSync(join(state, name), { force: true });
      else writeFileSync(join(state, name), text);
    },
    [Symbol.asyncDispose]: async () => {
      cron.kill('SIGKILL');
      await rm(root, { recursive: true, force: true });
    },
  };
}
