import { spawnSync } from 'node:child_process';

// Node has no wait4, which returns the resource usage of a child process.
const meter = `
import json, os, sys, time
started = time.monotonic()
pid = os.fork()
if pid == 0:
    os.dup2(os.open(os.devnull if sys.argv[1] == '' else sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.execvp(sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
print(json.dumps([status, time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss]))
`;

/**
 * Runs a program and returns its wall and CPU time in seconds and its peak memory in MiB, including threads and
 * child processes. Writes its stdout to the file `output`. Throws if it fails.
 */
export function measure(command, { env, output = '' }) {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', meter, output, ...command], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python3: ${stderr}`);
  const [exit, wall, cpu, kibibytes] = JSON.parse(stdout);
  if (exit !== 0) throw new Error(`${command.join(' ')} exited with ${String(exit)}: ${stderr}`);
  return { wall, cpu, mebibytes: kibibytes / 1024 };
}

export const median = (numbers) =>
  numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
