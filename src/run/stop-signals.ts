import type { StopSignal, System } from '../system/system.ts';
import type { RunEvent } from './events.ts';

const signalNumbers: Readonly<Record<StopSignal, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

interface StopListener extends Disposable {
  /** Aborted by the first stop signal. */
  readonly signal: AbortSignal;
  /** Returns 128 plus the number of the signal, or null if none was received. */
  readonly exitCode: () => number | null;
}

/** Turns SIGHUP, SIGINT and SIGTERM into an abort. A second signal ends the process at once. */
export function listenForStopSignals(
  system: System,
  emit: (event: RunEvent) => void,
): StopListener {
  const controller = new AbortController();
  let exitCode: number | null = null;
  const listener = system.onStopSignal((signal) => {
    // The exit hook of the lock releases it.
    if (exitCode !== null) system.exit(128 + signalNumbers[signal]);
    exitCode = 128 + signalNumbers[signal];
    emit({ type: 'stopped', signal });
    controller.abort(new Error(`stopped by ${signal}`));
  });
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    [Symbol.dispose]: () => {
      listener[Symbol.dispose]();
    },
  };
}
