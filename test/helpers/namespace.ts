import { spawnSync } from 'node:child_process';

/** Whether this user may create a mount namespace. */
export const canMount = spawnSync('unshare', ['-m', 'true']).status === 0;

/** Runs a shell script in a private mount namespace. */
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
      timeout: 240_000,
    },
  );
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}
