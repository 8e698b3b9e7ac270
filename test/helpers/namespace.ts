import { spawnSync } from 'node:child_process';

/** Whether this machine lets us mount something that only one process sees. */
export const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

/** Runs a shell script of the test's own in a private mount namespace, and answers what it printed. */
export function inMountNamespace(
  script: string,
  env: Readonly<Record<string, string>>,
): { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string } {
  const result = spawnSync(
    'unshare',
    ['-m', '--propagation', 'private', 'bash', '--norc', '-euc', script],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
      timeout: 50_000,
    },
  );
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}
