import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Workspace } from '../../src/config/workspace.ts';
import { startContenders, type Contender, type Message } from './lock-contender.ts';
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

const codeOf = (message: Message): string | null => ('code' in message ? message.code : null);
const isLocked = ({ lock }: Workspace): boolean => existsSync(lock);

/** Kills each holder with SIGKILL. `times` is how long each successor took, in milliseconds. */
export async function killOwners(count: number): Promise<{
  readonly times: readonly number[];
  readonly released: Message;
  readonly isLocked: boolean;
}> {
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
  const released = await holder.contender.send({ type: 'release' });
  return { times, released, isLocked: isLocked(workspace.paths) };
}

/**
 * Suspends a holder past the stale threshold, lets a process that can't check it take over and commit, and
 * continues the holder, which tries to commit as well.
 */
export async function replaceSuspendedOwner() {
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
  const successor = { committed: await second.contender.send({ type: 'commit' }) };
  first.contender.child.kill('SIGCONT');
  const suspended = {
    committed: await first.contender.send({ type: 'commit' }),
    lost: await first.contender.send({ type: 'await-loss' }),
    released: codeOf(await first.contender.send({ type: 'release' })),
  };
  const content = readFileSync(join(paths.data, 'file'), 'utf8');
  const owners = readdirSync(paths.lock);
  const third = await here.all[1]?.take(paths, { staleMs: hourMs });
  const released = await second.contender.send({ type: 'release' });
  return {
    suspended,
    successor: { ...successor, released },
    content,
    isSuccessorOnlyOwner: owners.length === 1 && owners[0] === basename(dirname(second.stage)),
    third: third?.type,
    isLocked: isLocked(paths),
  };
}

/** The outcome of `replaceSuspendedOwner` when the suspended process commits nothing and notices the loss. */
export const suspendedOwnerReplaced = {
  suspended: {
    committed: { type: 'refused', code: 'ENOENT' },
    lost: { type: 'done' },
    released: 'lock-lost',
  },
  successor: { committed: { type: 'done' }, released: { type: 'released' } },
  content: 'second',
  isSuccessorOnlyOwner: true,
  third: 'skipped',
  isLocked: false,
};

/** Lets a holder exit during its work, as after a second Ctrl-C. */
export async function exitDuringWork() {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(1);
  const { contender } = await hold(started.all[0], workspace.paths);
  await contender.send({ type: 'stage', content: 'unfinished' });
  const ended = once(contender.child, 'exit');
  contender.child.send({ type: 'exit' });
  const [exitCode, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  return { exitCode, signal, dataNames: readdirSync(workspace.paths.data) };
}

/** Suspends a holder past the stale threshold of 2 s. A process that can check it takes the lock. */
export async function replaceHungOwner() {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(2);
  const first = await hold(started.all[0], workspace.paths, 2000);
  const { child } = first.contender;
  child.kill('SIGSTOP');
  setStale(dirname(first.stage));
  const second = await hold(started.all[1], workspace.paths, 2000);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const released = await second.contender.send({ type: 'release' });
  // Before it stops the holder, the successor waits for two heartbeats.
  return { hasWaited: second.tookMs > 2000, signal: child.signalCode, released };
}

/** The outcome of `replaceHungOwner` when the successor waits for the holder and then stops it. */
export const hungOwnerStopped = {
  hasWaited: true,
  signal: 'SIGTERM',
  released: { type: 'released' },
};

/** Suspends a holder past the stale threshold and continues it while another process waits. */
export async function wakeSuspendedOwner() {
  // On a busy machine the other process may look only when the holder has continued.
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await wakeSuspendedOwnerOnce();
    if (outcome.hasWaited || attempt === 5) return outcome;
  }
}

async function wakeSuspendedOwnerOnce() {
  await using workspace = await temporaryWorkspace();
  await using started = await startContenders(2);
  const staleMs = 2000;
  const first = await hold(started.all[0], workspace.paths, staleMs);
  await first.contender.send({ type: 'stage', content: 'first' });
  first.contender.child.kill('SIGSTOP');
  // Not with setStale: the owner would detect a changed mtime as a loss.
  await setTimeout(staleMs + 1500);
  const startedMs = performance.now();
  const taking = started.all[1]?.take(workspace.paths, { staleMs });
  // Half of the time for which it waits.
  await setTimeout(staleMs / 2);
  first.contender.child.kill('SIGCONT');
  const second = await taking;
  return {
    second: second?.type,
    holderAlive:
      second?.type === 'skipped' && 'alive' in second.holder ? second.holder.alive : null,
    hasWaited: performance.now() - startedMs > staleMs,
    committed: await first.contender.send({ type: 'commit' }),
    released: await first.contender.send({ type: 'release' }),
  };
}

/** The outcome of `wakeSuspendedOwner` when the holder keeps the lock and continues. */
export const suspendedOwnerContinued = {
  second: 'skipped',
  holderAlive: 'yes',
  hasWaited: true,
  committed: { type: 'done' },
  released: { type: 'released' },
};
