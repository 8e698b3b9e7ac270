import { setImmediate } from 'node:timers/promises';

/** How long a hot loop may keep others waiting, in milliseconds. */
const longestTurnMs = 20;

/**
 * Gives others their turn when a hot loop has had the event loop for long enough; else returns at once.
 * Rejects with the signal's reason once it is aborted.
 */
export type Pause = () => Promise<void>;

export function createPause(signal: AbortSignal): Pause {
  let turnBeganMs = performance.now();
  return async () => {
    if (performance.now() - turnBeganMs < longestTurnMs) return;
    await setImmediate();
    signal.throwIfAborted();
    turnBeganMs = performance.now();
  };
}
