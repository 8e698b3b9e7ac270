import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Workspace } from '../../src/config/workspace.ts';
import { startContenders, type Contender } from './lock-contender.ts';
import { setStale } from './lock-race.ts';
import { temporaryWorkspace } from './workspace.ts';

const hourMs = 3_600_000;

async function hold(
  contender: Contender | undefined,
  workspace: Workspace,
  staleMs = hourMs,
): Promise<{ readonly contender: Contender; readonly stage: string; readonly tookMs: number }> {
  if (contender === undefined) throw new Error('there are too few contenders');
  const answer = await contender.take(workspace, { staleMs });
  if (answer.is !== 'held')
    throw new Error(`the lock was not to be had: ${JSON.stringify(answer)}`);
  return { contender, stage: answer.stage, tookMs: answer.tookMs };
}

/** Kills holder after holder with -9; answers how long each successor took, in milliseconds. */
export async function killedOwnersAreReplaced(count: number): Promise<readonly number[]> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(count + 1);
  const times: number[] = [];
  let holder = await hold(started.all[0], workspace.paths);
  for (const next of started.all.slice(1)) {
    const ended = once(holder.contender.child, 'exit');
    holder.contender.child.kill('SIGKILL');
    await ended;
    holder = await hold(next, workspace.paths);
    times.push(holder.tookMs);
  }
  expect(await holder.contender.tell({ do: 'release' })).toEqual({ is: 'released' });
  expect(existsSync(workspace.paths.lock)).toBe(false);
  return times;
}

/**
 * Suspends a holder past the stale threshold; another takes over that can't examine it, so it is not
 * ended. When it wakes up, it can commit nothing, hears of the loss, and leaves its successor's lock alone.
 */
export async function suspendedOwnerCommitsNothing(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  const { paths } = workspace;
  await using here = await startContenders(2);
  await using elsewhere = await startContenders(1, { host: 'elsewhere' });
  const staleMs = 2000;
  const first = await hold(here.all[0], paths, staleMs);
  await first.contender.tell({ do: 'stage', content: 'first' });
  first.contender.child.kill('SIGSTOP');
  setStale(dirname(first.stage));
  const second = await hold(elsewhere.all[0], paths, staleMs);
  await second.contender.tell({ do: 'stage', content: 'second' });
  expect(await second.contender.tell({ do: 'commit' })).toEqual({ is: 'done' });
  first.contender.child.kill('SIGCONT');
  expect(await first.contender.tell({ do: 'commit' })).toEqual({ is: 'refused', code: 'ENOENT' });
  expect(await first.contender.tell({ do: 'await-loss' })).toEqual({ is: 'done' });
  expect(await first.contender.tell({ do: 'release' })).toMatchObject({ code: 'lock-lost' });
  expect(readFileSync(join(paths.data, 'file'), 'utf8')).toBe('second');
  expect(readdirSync(paths.lock)).toEqual([second.stage.split('/').at(-2)]);
  expect(await here.all[1]?.take(paths, { staleMs: hourMs })).toMatchObject({ is: 'skipped' });
  expect(await second.contender.tell({ do: 'release' })).toEqual({ is: 'released' });
  expect(existsSync(paths.lock)).toBe(false);
}

/** Lets a holder leave in the middle of its work, as after a second Ctrl-C: it takes its lock along. */
export async function leavingOwnerReleases(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(1);
  const { contender } = await hold(started.all[0], workspace.paths);
  await contender.tell({ do: 'stage', content: 'unfinished' });
  const ended = once(contender.child, 'exit');
  contender.child.send({ do: 'leave' });
  expect(await ended).toEqual([7, null]);
  expect(readdirSync(workspace.paths.data)).toEqual(['config']);
}

/** Suspends a holder for good; another that can examine it waits for two heartbeats, then ends it. */
export async function hungOwnerIsEnded(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(2);
  const first = await hold(started.all[0], workspace.paths, 2000);
  const { child } = first.contender;
  child.kill('SIGSTOP');
  setStale(dirname(first.stage));
  const second = await hold(started.all[1], workspace.paths, 2000);
  expect(second.tookMs).toBeGreaterThan(2000);
  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGTERM');
  expect(await second.contender.tell({ do: 'release' })).toEqual({ is: 'released' });
}

/** Suspends a holder past the stale threshold, but wakes it up while another one waits: it goes on. */
export async function wakingOwnerIsSpared(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(2);
  const staleMs = 2000;
  const first = await hold(started.all[0], workspace.paths, staleMs);
  await first.contender.tell({ do: 'stage', content: 'first' });
  first.contender.child.kill('SIGSTOP');
  // Not by setting its date back: the owner would see that, and take its lock for lost.
  await setTimeout(staleMs + 1500);
  const began = performance.now();
  const second = started.all[1]?.take(workspace.paths, { staleMs });
  await setTimeout(300);
  first.contender.child.kill('SIGCONT');
  expect(await second).toMatchObject({ is: 'skipped', holder: { alive: 'yes' } });
  expect(performance.now() - began).toBeGreaterThan(staleMs);
  expect(await first.contender.tell({ do: 'commit' })).toEqual({ is: 'done' });
  expect(await first.contender.tell({ do: 'release' })).toEqual({ is: 'released' });
}
