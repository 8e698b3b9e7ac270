import { basename, join } from 'node:path';
import { applyCommit } from '../store/commit.ts';
import type { System } from '../system/system.ts';
import { UserError } from '../util/errors.ts';
import type { Workspace } from '../config/workspace.ts';
import { delay } from '../util/async.ts';
import { performOnDisk } from './disk.ts';
import { formatOwner } from './owner.ts';
import { announceOwner, identify, checkLiveness } from './liveness.ts';
import { isReleaseEnd, nextRelease, releaseLock, releaseOperation } from './release.ts';
import {
  newDir,
  type Operation,
  type ReleaseEnd,
  type ReleaseStep,
  type Result,
  type LockSettings,
  type TakeEnd,
  type TakeStep,
} from './states.ts';
import { stopOwner } from './stop-owner.ts';
import { isTakeEnd, nextTake, takeLock, takeOperation } from './transitions.ts';

/** Executes the state machines of the lock on the disk, for one process. */
export interface Engine {
  /**
   * Takes the lock if it is free. With `readOnly`, returns null before the first operation that changes something.
   * Throws `UserError` with code `io`, or the error of a pending commit that can't be finished.
   */
  readonly take: (options: { readonly readOnly: boolean }) => Promise<TakeEnd | null>;
  /** Releases everything; idempotent. Synchronous, for an exit hook. */
  readonly release: () => ReleaseEnd;
}

/** Limit against an endless loop: no process loses a race this often. */
const maxSteps = 100_000;

const readOnlyOperations: readonly Operation['type'][] = ['stat', 'list', 'check-liveness'];

/** Returns the time between two heartbeats, within the limits of proper-lockfile. */
export const heartbeatMs = (staleMs: number): number =>
  Math.max(1000, Math.min(10_000, staleMs / 2));

/** Returns the name of the own directory in the lock after a rename. */
const nameAfter = ({ to }: { readonly to: string }, { lock, self }: LockSettings): string =>
  to === lock ? formatOwner(self) : basename(to);

export async function createEngine(options: {
  readonly workspace: Workspace;
  readonly staleMs: number;
  readonly system: System;
  readonly signal: AbortSignal | undefined;
}): Promise<Engine> {
  const { workspace, staleMs, system, signal } = options;
  const { data } = workspace;
  const self = await announceOwner(await identify(system), system);
  const settings: LockSettings = { self, staleMs, lock: basename(workspace.lock) };
  /** Name of the own directory in the lock; null while this process does not own it. */
  let ownName: string | null = null;
  let end: ReleaseEnd = { type: 'released' };

  const perform = async (operation: Operation): Promise<Result> => {
    switch (operation.type) {
      case 'check-liveness':
        return { type: await checkLiveness(operation.owner, self, system) };
      case 'stop':
        return { type: await stopOwner(operation.owner, self, system) };
      case 'wait':
        await delay(2 * heartbeatMs(staleMs), signal);
        return { type: 'done' };
      case 'replay':
        await applyCommit(join(data, operation.path), data);
        return { type: 'done' };
      default:
        return performOnDisk(data, operation, system);
    }
  };

  return {
    take: async ({ readOnly }) => {
      let state: TakeStep | TakeEnd = takeLock;
      for (let steps = 0; steps < maxSteps; steps += 1) {
        if (isTakeEnd(state)) return state;
        const operation = takeOperation(state, settings);
        if (readOnly && !readOnlyOperations.includes(operation.type)) return null;
        // Even if the rename is reported as failed, it may have been performed: then the lock has to be released.
        if (operation.type === 'rename') ownName = nameAfter(operation, settings);
        state = nextTake(state, await perform(operation), settings);
        ownName = 'name' in state ? state.name : null;
      }
      throw new UserError('io', `${workspace.lock} changes continuously`);
    },
    release: () => {
      performOnDisk(data, { type: 'remove-tree', path: newDir(settings) }, system);
      if (ownName === null) return end;
      let state: ReleaseStep | ReleaseEnd = releaseLock(ownName);
      while (!isReleaseEnd(state)) {
        state = nextRelease(state, performOnDisk(data, releaseOperation(state, settings), system));
      }
      ownName = null;
      end = state;
      return end;
    },
  };
}
