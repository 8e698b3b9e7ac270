import { existsSync, readFileSync } from 'node:fs';

const statistics = '/proc/thread-self/schedstat';
const isLinux = existsSync(statistics);

/** Returns the CPU time of this thread in milliseconds, without Linux that of its process. */
function cpuMs(): number {
  if (isLinux) return Number(readFileSync(statistics, 'utf8').split(' ')[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Returns the CPU time of a function in milliseconds, which other programs and tests do not prolong. */
export function cpuMsOf(work: () => unknown): number {
  const before = cpuMs();
  work();
  return cpuMs() - before;
}

/** Like `cpuMsOf`, for a function that ends later. */
export async function cpuMsUntil(work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  await work();
  return cpuMs() - before;
}
