import type { StopSignal, System } from '../system/system.ts';
import type { RunEvent } from './events.ts';

const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

interface StopListener extends Disposable {
  /** Aborted by the first stop signal. */
  readonly signal: AbortSignal;
  /** Returns 128 plus the number of the signal, or null if none was received. */
  readonly exitCode: () => number | null;
}

/** Limit for a commit on a disk that does not respond. */
const maxCommitMs = 1000;

/**
 * Turns SIGHUP, SIGINT and SIGTERM into an abort. A second signal ends the process at once, or as soon as no commit is
 * pending, because a pending commit keeps the lock. A third one ends it in any case.
 */
export function listenForStopSignals(
  system: System,
  emit: (event: RunEvent) => void,
  isCommitting: () => boolean,
): StopListener {
  const controller = new AbortController();
  let exitCode: number | null = null;
  let isExiting = false;
  const listener = system.onStopSignal((signal) => {
    const code = 128 + signalNumbers[signal];
    if (exitCode === null) {
      exitCode = code;
      emit({ type: 'stopped', signal });
      controller.abort(new Error(`stopped by ${signal}`));
      return;
    }
    // The exit hook of the lock releases it.
    if (isExiting || !isCommitting()) system.exit(code);
    isExiting = true;
    const untilMs = performance.now() + maxCommitMs;
    setInterval(() => {
      if (!isCommitting() || performance.now() > untilMs) system.exit(code);
    }, 2);
  });
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    [Symbol.dispose]: () => {
      listener[Symbol.dispose]();
    },
  };
}
