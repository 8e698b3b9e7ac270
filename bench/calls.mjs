import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Returns the system calls of a command and its child processes as lines of strace. */
export function traceCalls(calls, command, { env }) {
  const dir = mkdtempSync(join(tmpdir(), 'sync-runner-strace-'));
  const log = join(dir, 'log');
  execFileSync('strace', ['-f', '-qq', '-e', `trace=${calls}`, '-o', log, ...command], {
    env,
    stdio: 'ignore',
  });
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  rmSync(dir, { recursive: true });
  return lines;
}

/** Returns the number of git processes in a trace of `execve`. */
export const countGit = (lines) =>
  lines.filter((line) => /execve\("[^"]*\/git"/.test(line) && line.endsWith('= 0')).length;

export function printTable(head, rows) {
  console.log(`\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}
