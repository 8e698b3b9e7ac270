import type { SyncResult } from '../schema/status.ts';
import type { Options, Snapshot, SyncName } from '../schema/syncs.ts';
import type { Timestamp } from '../schema/timestamp.ts';
import { redactDiagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { syncs } from '../syncs/registry.ts';
import type { Collected, Sync, SyncContext } from '../syncs/sync.ts';
import { lazy, withTimeout } from '../util/async.ts';
import { stackOf, UserError } from '../util/errors.ts';
import { failureOf } from '../util/failure.ts';
import { exponentialBackoff, withRetry } from '../util/retry.ts';
import type { RunContext } from './context.ts';
import { changesOf, type RunChange } from './run-changes.ts';

/** Everything that a sync reports while it collects. */
interface Messages {
  readonly warnings: Diagnostic[];
  readonly notices: string[];
}

interface SyncOutcome {
  readonly result: SyncResult;
  /** Null if the sync succeeded. */
  readonly error: unknown;
  readonly changes: readonly RunChange[];
}

/**
 * Runs one sync: reads what is stored, collects within the time limit and with retries, stores the result. Returns
 * the error, too, because an error of the machine ends the run. Throws `UserError` with code `lock-lost`.
 */
export async function runSync<Name extends SyncName>(
  name: Name,
  lastSuccess: Timestamp | null,
  context: RunContext,
): Promise<SyncOutcome> {
  const { store, stage, emit, signal, runId } = context;
  const messages: Messages = { warnings: [], notices: [] };
  const startedMs = performance.now();
  const durationMs = (): number => Math.round(performance.now() - startedMs);
  const failed = (error: unknown, changes: readonly RunChange[] = []): SyncOutcome => ({
    result: {
      outcome: 'error',
      durationMs: durationMs(),
      error: reportFailure(name, error, context),
      ...messages,
    },
    error,
    changes,
  });
  emit({ type: 'sync-started', sync: name });
  try {
    const sync: Sync<Name> = await syncs[name]();
    const { previous, counts, collected } = await collect(sync, messages, {
      ...context,
      lastSuccess,
    });
    const { snapshot, cache, inputsKey, failure } = collected ?? {};
    if (stage !== null && snapshot !== undefined) {
      const report = { counts, ...messages };
      const saved = await store.saveSync(stage, name, {
        run: runId,
        snapshot,
        entries: sync.toHistory(snapshot),
        ...(cache === undefined ? {} : { cache }),
        ...(inputsKey === undefined ? {} : { result: { inputs: inputsKey, report } }),
      });
      messages.warnings.push(...saved.warnings);
    }
    const changes = snapshot === undefined ? [] : changesOf(name, previous, snapshot);
    if (failure !== undefined) return failed(failure, changes);
    return {
      result: { outcome: 'success', durationMs: durationMs(), counts: { ...counts }, ...messages },
      error: null,
      changes,
    };
  } catch (error) {
    rethrowLostLock(signal);
    if (error instanceof UserError && error.code === 'lock-lost') throw error;
    if (signal.aborted) {
      return { result: { outcome: 'skipped', reason: 'aborted' }, error, changes: [] };
    }
    return failed(error);
  }
}

interface CollectOutcome<Name extends SyncName> {
  readonly counts: Collected<Name>['counts'];
  /** Null if nothing has changed, so that the stored data are current. */
  readonly collected: Collected<Name> | null;
  readonly previous: Snapshot<Name> | null;
}

/** Rejects at the time limit and when the run stops, even if the sync ignores its signal. */
async function collect<Name extends SyncName>(
  sync: Sync<Name>,
  { warnings, notices }: Messages,
  context: RunContext & { readonly lastSuccess: Timestamp | null },
): Promise<CollectOutcome<Name>> {
  const { config, store, shared, emit, redact, signal: runSignal, lastSuccess } = context;
  const { name } = sync;
  const allOptions: { readonly [Key in SyncName]: Options<Key> } = config;
  const readCache = lazy(() => store.readCache(name));
  const loadStored = lazy(async () => ({
    previous: await store.readSnapshot(name),
    cache: await readCache(),
    readLatestHistory: () => store.readLatestHistory(name),
  }));
  const limitMs = config.timeoutMinutes * 60_000;
  const deadlineMs = performance.now() + limitMs;
  const limit = new AbortController();
  const signal = AbortSignal.any([runSignal, limit.signal]);
  const remainingMs = (): number => deadlineMs - performance.now();
  const reports: Pick<SyncContext<Name>, 'warn' | 'notice' | 'progress'> = {
    warn: (warning) => {
      warnings.push(redactDiagnostic(warning, redact));
    },
    notice: (message) => {
      notices.push(redact(message));
      emit({ type: 'notice', message: redact(message) });
    },
    progress: (done, total, item) => {
      emit({ type: 'progress', done, total, name: item });
    },
  };
  const collectOnce = async (): Promise<CollectOutcome<Name>> => {
    // Discard the messages of the failed attempt: this attempt reports them again.
    warnings.length = 0;
    notices.length = 0;
    const found = {
      ...shared,
      options: allOptions[name],
      lastSuccess: lastSuccess === null ? null : new Date(lastSuccess),
      ...reports,
      remainingMs,
      signal,
    };
    const prepared = await sync.prepare?.(found, readCache);
    const inputsKey = prepared?.inputsKey ?? null;
    const unchanged = inputsKey === null ? null : await store.readResult(name, inputsKey);
    if (unchanged !== null) {
      unchanged.warnings.forEach(reports.warn);
      unchanged.notices.forEach(reports.notice);
      return { counts: unchanged.counts, collected: null, previous: null };
    }
    const stored = await loadStored();
    const collected = await (prepared ?? sync).collect({ ...found, ...stored });
    return { counts: collected.counts, collected, previous: stored.previous };
  };
  const collected = withRetry(collectOnce, {
    attempts: config.retries + 1,
    delayMs: exponentialBackoff({ baseMs: 500 }),
    maxDelayMs: () => Math.min(60_000, remainingMs()),
    signal,
    onRetry: ({ delayMs, error }) => {
      const message = redact(error.message);
      emit({ type: 'retry', sync: name, waitMs: Math.round(delayMs), message });
    },
  });
  return withTimeout(Promise.race([collected, rejectOnAbort(runSignal)]), limitMs, () => {
    const message = `${name} took longer than ${String(config.timeoutMinutes)} minutes`;
    const hint = 'raise timeoutMinutes in sync.json, or exclude what is slow';
    const error = new UserError('timeout', message, { hint });
    limit.abort(error);
    return error;
  });
}

/** Rejects with the reason of the signal. Never resolves. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Reports an unexpected error as a bug and makes it a failure: the other syncs can still run. */
function reportFailure(subject: SyncName, error: unknown, context: RunContext): Diagnostic {
  const failure = failureOf(error, { subject });
  if (failure.code === 'unexpected') emitBug(error, context);
  return redactDiagnostic(failure, context.redact);
}

export function emitBug(
  error: unknown,
  { redact, emit }: Pick<RunContext, 'redact' | 'emit'>,
): void {
  emit({ type: 'bug', stack: redact(stackOf(error)) });
}

export function rethrowLostLock(signal: AbortSignal): void {
  const reason: unknown = signal.reason;
  if (reason instanceof UserError && reason.code === 'lock-lost') throw reason;
}
