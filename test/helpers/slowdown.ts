/** Returns how many times as long as on a free machine a process takes at the moment. */
export function slowdown(): number {
  const started = { at: performance.now(), cpu: process.cpuUsage() };
  let cpuMs: number;
  do {
    const { user, system } = process.cpuUsage(started.cpu);
    cpuMs = (user + system) / 1000;
  } while (cpuMs < 50);
  return Math.max(1, (performance.now() - started.at) / cpuMs);
}
