import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The system calls of a command in all its processes, one a line, as strace writes them. */
export function traceCalls(calls, command, { env }) {
  const folder = mkdtempSync(join(tmpdir(), 'sync-runner-strace-'));
  const log = join(folder, 'log');
  execFileSync('strace', ['-f', '-qq', '-e', `trace=${calls}`, '-o', log, ...command], {
    env,
    stdio: 'ignore',
  });
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  rmSync(folder, { recursive: true });
  return lines;
}

/** How many git processes the lines of a trace of `execve` tell of. */
export const countGit = (lines) =>
  lines.filter((line) => /execve\("[^"]*\/git"/.test(line) && line.endsWith('= 0')).length;

export function printTable(head, rows) {
  console.log(`\n| ${head.join(' | ')} |\n|${'---|'.repeat(head.length)}`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}
