import { setTimeout } from 'node:timers/promises';
import { basename, join } from 'node:path';
import { applyCommit } from '../store/commit.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import { performOnDisk } from './disk.ts';
import { identify, judge } from './liveness.ts';
import { isReleaseEnd, nextRelease, releaseLock, releaseOperation } from './release.ts';
import {
  newFolder,
  type Operation,
  type ReleaseEnd,
  type ReleaseStep,
  type Result,
  type Setting,
  type TakeEnd,
  type TakeStep,
} from './states.ts';
import { stopOwner } from './stop-owner.ts';
import { isTakeEnd, nextTake, takeLock, takeOperation } from './transitions.ts';

/** The lock's state machine on the real disk, for one process. */
export interface Engine {
  /**
   * Takes the lock if it is to be had. With `readOnly` it stops before the first operation that is more
   * than a look, and answers null: the lock may be there for the taking.
   * Throws `UserError` IO, and whatever keeps an unfinished commit from being finished.
   */
  readonly take: (options: { readonly readOnly: boolean }) => Promise<TakeEnd | null>;
  /** Lets go of all that we have; called again, it does nothing more. Synchronous, for an exit hook. */
  readonly release: () => ReleaseEnd;
}

/** Nobody loses the race this often: something else is wrong, and must not become an endless loop. */
const maxSteps = 100_000;

const looks: readonly Operation['do'][] = ['stat', 'list', 'judge'];

/** Time between two heartbeats, in the limits that proper-lockfile has. */
export const heartbeatMs = (staleMs: number): number =>
  Math.max(1000, Math.min(10_000, staleMs / 2));

export async function createEngine(options: {
  readonly workspace: Workspace;
  readonly staleMs: number;
  readonly system: System;
  readonly signal: AbortSignal | undefined;
}): Promise<Engine> {
  const { workspace, staleMs, system, signal } = options;
  const { data } = workspace;
  const self = await identify(system);
  const setting: Setting = { self, staleMs, lock: basename(workspace.lock) };
  /** Our folder in the lock, as long as it is ours. */
  let ours: string | null = null;
  let end: ReleaseEnd = { at: 'released' };

  const perform = async (operation: Operation): Promise<Result> => {
    switch (operation.do) {
      case 'judge':
        return { is: await judge(operation.owner, self, system) };
      case 'stop':
        return { is: await stopOwner(operation.owner, self, system) };
      case 'wait':
        await pause(2 * heartbeatMs(staleMs), signal);
        return { is: 'done' };
      case 'replay':
        await applyCommit(join(data, operation.path), data);
        return { is: 'done' };
      default:
        return performOnDisk(data, operation, system);
    }
  };

  return {
    take: async ({ readOnly }) => {
      let state: TakeStep | TakeEnd = takeLock;
      for (let steps = 0; steps < maxSteps; steps += 1) {
        if (isTakeEnd(state)) return state;
        const operation = takeOperation(state, setting);
        if (readOnly && !looks.includes(operation.do)) return null;
        state = nextTake(state, await perform(operation), setting);
        ours = 'name' in state ? state.name : null;
      }
      throw new Error(`${workspace.lock} changes all the time`);
    },
    release: () => {
      performOnDisk(data, { do: 'clear', path: newFolder(setting) }, system);
      if (ours === null) return end;
      let state: ReleaseStep | ReleaseEnd = releaseLock(ours);
      while (!isReleaseEnd(state)) {
        state = nextRelease(state, performOnDisk(data, releaseOperation(state, setting), system));
      }
      ours = null;
      end = state;
      return end;
    },
  };
}

/** Waits; throws the signal's reason when it is aborted. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  try {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    signal?.throwIfAborted();
  }
}
