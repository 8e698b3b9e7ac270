import type { Config } from '../schema/config.ts';
import type { Warning } from '../schema/status.ts';
import type { SyncName } from '../schema/syncs.ts';
import { UserError } from '../util/errors.ts';
import type { Collected, Sync, SyncContext } from '../syncs/sync.ts';
import type { RunEvent } from './events.ts';
import { exponentialBackoff, withRetry } from '../util/retry.ts';

/** What a sync gets beside what is its own; made once for a run. */
export type SharedContext = Pick<
  SyncContext<SyncName>,
  'root' | 'system' | 'startedAt' | 'secrets' | 'discover' | 'repositories'
>;

/** What the store knows of a sync. */
export type StoredContext<Name extends SyncName> = Pick<
  SyncContext<Name>,
  'options' | 'previous' | 'lastSuccess' | 'readLatestHistory' | 'cache'
>;

export interface CollectOptions<Name extends SyncName> {
  readonly sync: Sync<Name>;
  readonly config: Config;
  readonly shared: SharedContext;
  readonly stored: StoredContext<Name>;
  /** Aborted when the whole run has to stop. */
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
  readonly emit: (event: RunEvent) => void;
  readonly warnings: Warning[];
  readonly notices: string[];
}

/**
 * Lets one sync look at the world: within its time limit, again after what may pass, and given up at once
 * when the run stops, even if the sync itself hangs.
 */
export async function collect<Name extends SyncName>(
  options: CollectOptions<Name>,
): Promise<Collected<Name>> {
  const { sync, config, emit, redact } = options;
  const limitMs = config.timeoutMinutes * 60_000;
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(
      new UserError(
        'timeout',
        `${sync.name} took longer than ${String(config.timeoutMinutes)} minutes`,
        { hint: 'raise timeoutMinutes in sync.json, or exclude what is slow' },
      ),
    );
  }, limitMs);
  const startedMs = performance.now();
  const signal = AbortSignal.any([options.signal, limit.signal]);
  const collectOnce = (): Promise<Collected<Name>> => {
    // A second attempt says everything again: what the first one said is void.
    options.warnings.length = 0;
    options.notices.length = 0;
    return sync.collect({
      ...options.shared,
      ...options.stored,
      signal,
      warn: ({ code, subject: about, message }) => {
        const named = about === null ? null : redact(about);
        options.warnings.push({ code, subject: named, message: redact(message) });
      },
      notice: (message) => {
        options.notices.push(redact(message));
        emit({ type: 'notice', sync: sync.name, message: redact(message) });
      },
      progress: (done, total, name) => {
        emit({ type: 'progress', sync: sync.name, done, total, name });
      },
    });
  };
  try {
    const work = withRetry(collectOnce, {
      attempts: config.retries + 1,
      delayMs: exponentialBackoff({ baseMs: 500 }),
      maxDelayMs: () => Math.min(60_000, limitMs - (performance.now() - startedMs)),
      signal,
      onRetry: ({ attempt, delayMs, error }) => {
        emit({
          type: 'retry',
          sync: sync.name,
          attempt,
          waitMs: Math.round(delayMs),
          message: redact(error.message),
        });
      },
    });
    return await Promise.race([work, rejectOnAbort(signal)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with the signal's reason; a promise that never settles otherwise. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
