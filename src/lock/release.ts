import {
  ownerDir,
  stageDir,
  type SyncOperation,
  type ReleaseEnd,
  type ReleaseStep,
  type Result,
  type LockSettings,
} from './states.ts';

// The release of the lock as a state machine. All its operations are synchronous, so that an exit hook can
// execute it.

export const releaseLock = (name: string): ReleaseStep => ({ type: 'check-commit', name });

export function releaseOperation(
  { type, name }: ReleaseStep,
  settings: LockSettings,
): SyncOperation {
  switch (type) {
    case 'check-commit':
      return { type: 'has-commit', path: stageDir(settings, name) };
    case 'clear-stage':
      return { type: 'remove-tree', path: stageDir(settings, name) };
    case 'rmdir-owner':
      return { type: 'rmdir', path: ownerDir(settings, name) };
    case 'rmdir-lock':
      return { type: 'rmdir', path: settings.lock };
  }
}

/** Returns the state that follows from the result of the operation. Pure. */
export function nextRelease(
  { type, name }: ReleaseStep,
  { type: outcome }: Result,
): ReleaseStep | ReleaseEnd {
  switch (type) {
    case 'check-commit':
      return outcome === 'done' ? { type: 'retained' } : { type: 'clear-stage', name };
    case 'clear-stage':
      return { type: 'rmdir-owner', name };
    case 'rmdir-owner':
      if (outcome === 'absent') return { type: 'lost' };
      return outcome === 'done' ? { type: 'rmdir-lock', name } : { type: 'retained' };
    case 'rmdir-lock':
      // With any result: a lock that is not empty belongs to the next owner.
      return { type: 'released' };
  }
}

export function isReleaseEnd(state: ReleaseStep | ReleaseEnd): state is ReleaseEnd {
  return state.type === 'released' || state.type === 'lost' || state.type === 'retained';
}
