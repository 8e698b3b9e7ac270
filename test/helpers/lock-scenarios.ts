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
  if (contender === undefined) throw new Error('too few contenders');
  const reply = await contender.take(workspace, { staleMs });
  if (reply.type !== 'held') throw new Error(`the lock was not taken: ${JSON.stringify(reply)}`);
  return { contender, stage: reply.stage, tookMs: reply.tookMs };
}

/** Kills each holder with SIGKILL. Returns how long each successor took, in milliseconds. */
export async function expectKilledOwnersToBeReplaced(count: number): Promise<readonly number[]> {
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
  expect(await holder.contender.send({ type: 'release' })).toEqual({ type: 'released' });
  expect(existsSync(workspace.paths.lock)).toBe(false);
  return times;
}

/**
 * Suspends a holder past the stale threshold, and lets a process that can't check it take over. When it
 * continues, it can't commit, detects the loss, and leaves the lock of its successor.
 */
export async function expectSuspendedOwnerToCommitNothing(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  const { paths } = workspace;
  await using here = await startContenders(2);
  await using elsewhere = await startContenders(1, { host: 'elsewhere' });
  const staleMs = 2000;
  const first = await hold(here.all[0], paths, staleMs);
  await first.contender.send({ type: 'stage', content: 'first' });
  first.contender.child.kill('SIGSTOP');
  setStale(dirname(first.stage));
  const second = await hold(elsewhere.all[0], paths, staleMs);
  await second.contender.send({ type: 'stage', content: 'second' });
  expect(await second.contender.send({ type: 'commit' })).toEqual({ type: 'done' });
  first.contender.child.kill('SIGCONT');
  expect(await first.contender.send({ type: 'commit' })).toEqual({
    type: 'refused',
    code: 'ENOENT',
  });
  expect(await first.contender.send({ type: 'await-loss' })).toEqual({ type: 'done' });
  expect(await first.contender.send({ type: 'release' })).toMatchObject({ code: 'lock-lost' });
  expect(readFileSync(join(paths.data, 'file'), 'utf8')).toBe('second');
  expect(readdirSync(paths.lock)).toEqual([second.stage.split('/').at(-2)]);
  expect(await here.all[1]?.take(paths, { staleMs: hourMs })).toMatchObject({ type: 'skipped' });
  expect(await second.contender.send({ type: 'release' })).toEqual({ type: 'released' });
  expect(existsSync(paths.lock)).toBe(false);
}

/** Lets a holder exit during its work, as after a second Ctrl-C, and expects that it releases the lock. */
export async function expectExitingOwnerToRelease(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(1);
  const { contender } = await hold(started.all[0], workspace.paths);
  await contender.send({ type: 'stage', content: 'unfinished' });
  const ended = once(contender.child, 'exit');
  contender.child.send({ type: 'exit' });
  expect(await ended).toEqual([7, null]);
  expect(readdirSync(workspace.paths.data)).toEqual(['config']);
}

/** Suspends a holder; a process that can check it waits for two heartbeats, then ends it. */
export async function expectHungOwnerToBeStopped(): Promise<void> {
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
  expect(await second.contender.send({ type: 'release' })).toEqual({ type: 'released' });
}

/** Suspends a holder past the stale threshold and continues it while another process waits. */
export async function expectWakingOwnerToContinue(): Promise<void> {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(2);
  const staleMs = 2000;
  const first = await hold(started.all[0], workspace.paths, staleMs);
  await first.contender.send({ type: 'stage', content: 'first' });
  first.contender.child.kill('SIGSTOP');
  // Not with setStale: the owner would detect a changed mtime as a loss.
  await setTimeout(staleMs + 1500);
  const startedMs = performance.now();
  const second = started.all[1]?.take(workspace.paths, { staleMs });
  await setTimeout(300);
  first.contender.child.kill('SIGCONT');
  expect(await second).toMatchObject({ type: 'skipped', holder: { alive: 'yes' } });
  expect(performance.now() - startedMs).toBeGreaterThan(staleMs);
  expect(await first.contender.send({ type: 'commit' })).toEqual({ type: 'done' });
  expect(await first.contender.send({ type: 'release' })).toEqual({ type: 'released' });
}
