import { spawn, spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canMount } from './namespace.ts';

/**
 * Gives a private namespace an empty `/run`, no crontabs and no jobs of the machine. Processes in it end with
 * it.
 */
const prelude = `
mount -t tmpfs t /run
mount -t tmpfs t /dev/shm
if [ -d /var/spool/cron ]; then
  mount -t tmpfs t /var/spool/cron
  mkdir -m 1730 /var/spool/cron/crontabs
  chgrp crontab /var/spool/cron/crontabs
  mount -t tmpfs t /etc/cron.d
  mount --bind /dev/null /etc/crontab
fi
until_true() { # seconds command…
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}
`;

/**
 * Whether a test with real schedulers has to be skipped because root or one of the programs is missing. In CI
 * it is never skipped and fails instead.
 */
export function isMissing(...programs: readonly string[]): boolean {
  if (process.env['CI']) return false;
  const found = programs.map((program) => spawnSync('which', [program]).status === 0);
  return !canMount || found.includes(false);
}

/** Creates a directory whose git works when `/usr/bin/git` is hidden, and returns its path. */
export async function toolsWithGit(parent: string): Promise<string> {
  const dir = join(parent, 'tools');
  const { stdout } = spawnSync('git', ['--exec-path'], { encoding: 'utf8' });
  await mkdir(dir);
  await symlink(join(stdout.trim(), 'git'), join(dir, 'git'));
  return dir;
}

/** Runs a shell script in a namespace in which it can start schedulers. */
export function inSchedulerNamespace(
  script: string,
  { env, timeoutMs }: { env: Readonly<Record<string, string>>; timeoutMs: number },
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  const flags = [
    '-m',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const child = spawn('unshare', [...flags, 'bash', '-euc', prelude + script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode) => {
      done({ exitCode, ...output });
    });
  });
}
