import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { startCli } from './cli.ts';
import { temporaryWorkspace } from './workspace.ts';

export interface SignalFigures {
  /** Number of runs by how they ended: an exit code, or the name of a signal. */
  readonly ends: Readonly<Record<string, number>>;
  /** Number of runs that left a lock, complete or not. */
  readonly locksLeft: number;
}

/** Sends SIGTERM to runs at random moments after their start, as often as `signals`. */
export async function stopAtRandomMoments(rounds: number, signals: 1 | 2): Promise<SignalFigures> {
  await using workspace = await temporaryWorkspace();
  for (const name of ['alpha', 'beta', 'gamma']) {
    await workspace.gitRepository(`code/${name}`, { 'a.js': '// TODO\n' });
  }
  const ends: Record<string, number> = {};
  let locksLeft = 0;
  const run = ['run', '--workspace', workspace.root];
  // The length of the last complete run, so that the moments cover all of it on any machine.
  let startedMs = performance.now();
  await startCli(run).ended;
  let runMs = performance.now() - startedMs;
  for (let round = 0; round < rounds; round += 1) {
    await rm(`${workspace.paths.data}/cache`, { recursive: true, force: true });
    startedMs = performance.now();
    const { child, ended } = startCli(run);
    const exit = once(child, 'exit').then(() => performance.now() - startedMs);
    await setTimeout(Math.random() * runMs);
    child.kill('SIGTERM');
    if (signals === 2) {
      await setTimeout(Math.random() * 30);
      child.kill('SIGTERM');
    }
    const { exitCode, signal } = await ended;
    const end = signal ?? String(exitCode);
    if (end === '0') runMs = await exit;
    ends[end] = (ends[end] ?? 0) + 1;
    const locks = readdirSync(workspace.paths.data).filter((name) => name.includes('lock'));
    if (locks.length > 0) locksLeft += 1;
    for (const name of locks) {
      await rm(`${workspace.paths.data}/${name}`, { recursive: true, force: true });
    }
  }
  return { ends, locksLeft };
}
