import type { LockState } from '../../lock/state.ts';
import { formatRelative } from '../format-time.ts';

/** Returns the holder of the lock for the `status` page. */
export function lockText(lock: LockState, now: Date): string {
  if (lock.type === 'free') return 'free';
  return lock.type === 'held' ? `held by ${ownerText(lock, now)}` : 'taken by another program';
}

/** Returns the reason why a run was skipped. */
export function holderText(lock: LockState, now: Date): string {
  return lock.type === 'free'
    ? 'The lock has just been released'
    : `The lock is ${lockText(lock, now)}`;
}

function ownerText(lock: Extract<LockState, { type: 'held' }>, now: Date): string {
  const since = formatRelative(new Date(lock.since), now).replace(/ ago$/, '');
  const verdict = lock.alive === 'no' ? ', which has ended: the next run takes over' : '';
  return `pid ${String(lock.pid)} on ${lock.host} since ${since}${verdict}`;
}
