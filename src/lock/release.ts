import {
  ownFolder,
  stageFolder,
  type InstantOperation,
  type ReleaseEnd,
  type ReleaseStep,
  type Result,
  type Setting,
} from './states.ts';

// The other half of the lock's state machine: how its owner lets it go. Nothing in it waits, so that an
// exit hook can run it to the end.

export const releaseLock = (name: string): ReleaseStep => ({ at: 'check', name });

/** The one operation that a state asks for. */
export function releaseOperation({ at, name }: ReleaseStep, setting: Setting): InstantOperation {
  switch (at) {
    case 'check':
      return { do: 'has-commit', path: stageFolder(setting, name) };
    case 'clear-stage':
      return { do: 'clear', path: stageFolder(setting, name) };
    case 'give-up':
      return { do: 'remove', path: ownFolder(setting, name) };
    case 'tidy':
      return { do: 'remove', path: setting.lock };
  }
}

/** Where a result leads to. Pure. */
export function nextRelease({ at, name }: ReleaseStep, { is }: Result): ReleaseStep | ReleaseEnd {
  switch (at) {
    case 'check':
      return is === 'done' ? { at: 'kept' } : { at: 'clear-stage', name };
    case 'clear-stage':
      return { at: 'give-up', name };
    case 'give-up':
      if (is === 'absent') return { at: 'lost' };
      return is === 'done' ? { at: 'tidy', name } : { at: 'kept' };
    case 'tidy':
      // Whatever it says: if the lock is no longer empty, it is the next owner's.
      return { at: 'released' };
  }
}

export function isReleaseEnd(state: ReleaseStep | ReleaseEnd): state is ReleaseEnd {
  return state.at === 'released' || state.at === 'lost' || state.at === 'kept';
}
