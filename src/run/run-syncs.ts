import type { Config } from '../schema/config.ts';
import { toTimestamp, type Timestamp } from '../schema/timestamp.ts';
import type { Failure, RunRecord, StatusFile, SyncResult, Warning } from '../schema/status.ts';
import { syncNames, type SyncName } from '../schema/sync-names.ts';
import type { Options } from '../schema/syncs.ts';
import { isMachineProblem, UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { Store } from '../store/store.ts';
import type { Sync } from '../syncs/sync.ts';
import { collect, type SharedContext } from './run-sync.ts';
import type { RunEvent } from './events.ts';
import type { Plan } from '../syncs/plan.ts';
import { nextStatus, runLineOf } from './record.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly config: Config;
  /** Of the configuration file, for the status. */
  readonly configIdentity: string;
  readonly trigger: RunRecord['trigger'];
  readonly syncs: { readonly [Name in SyncName]: Sync<Name> };
  readonly shared: SharedContext;
  readonly store: Store;
  /** Where commits are prepared; null is a dry run, which writes nothing. */
  readonly stage: string | null;
  /** Aborted by a stop signal or when the lock is lost. */
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
  readonly emit: (event: RunEvent) => void;
}

/**
 * Runs the planned syncs one after the other and stores what each found, then the status, which vouches
 * for the rest. A failing sync leaves its last good snapshot, and the others run.
 * Throws `UserError` LOCK_LOST (nothing more is written) and IO (the disk refuses to take anything).
 */
export async function runSyncs(options: RunOptions): Promise<RunRecord> {
  const { shared, store, stage, emit, redact, signal } = options;
  const id = toTimestamp(shared.startedAt);
  const startedMs = performance.now();
  const { status, warnings } = await store.readStatus();
  for (const warning of warnings) emit({ type: 'warning', warning });
  const results = {} as Record<SyncName, SyncResult>;
  let fatal: unknown = null;
  for (const name of syncNames) {
    const planned = options.plan[name];
    if (planned.action === 'skip') results[name] = { outcome: 'skipped', reason: planned.reason };
    else if (fatal !== null || signal.aborted) {
      results[name] = { outcome: 'skipped', reason: 'aborted' };
    } else {
      const lastSuccess = status?.syncs[name].lastSuccess ?? null;
      const { result, error } = await runSync(name, id, lastSuccess, options);
      results[name] = result;
      // A failing disk is told once, at the end.
      if (isMachineProblem(error)) fatal = error;
      else emit({ type: 'sync-finished', sync: name, result });
    }
    rethrowLostLock(signal);
  }
  const record = {
    id,
    finishedAt: toTimestamp(shared.system.now()),
    durationMs: Math.round(performance.now() - startedMs),
    outcome: outcomeOf(results, signal),
    trigger: options.trigger,
    results,
  } satisfies RunRecord;
  if (stage !== null) await saveRun(record, status, fatal, options, stage);
  if (fatal !== null) {
    throw new UserError('io', redact(fatal instanceof Error ? fatal.message : 'the disk failed'), {
      hint: 'free some space or mend the permissions, then run again; the old data are intact',
      cause: fatal,
    });
  }
  emit({ type: 'run-finished', record });
  return record;
}

async function runSync<Name extends SyncName>(
  name: Name,
  run: Timestamp,
  lastSuccess: Timestamp | null,
  options: RunOptions,
): Promise<{ readonly result: SyncResult; readonly error: unknown }> {
  const { store, stage, emit, config, signal } = options;
  const sync = options.syncs[name];
  const allOptions: { readonly [Key in SyncName]: Options<Key> } = config;
  const warnings: Warning[] = [];
  const notices: string[] = [];
  const startedMs = performance.now();
  const durationMs = (): number => Math.round(performance.now() - startedMs);
  emit({ type: 'sync-started', sync: name });
  try {
    const stored = {
      options: allOptions[name],
      previous: await store.readSnapshot(name),
      lastSuccess: lastSuccess === null ? null : new Date(lastSuccess),
      readLatestHistory: () => store.readLatestHistory(name),
      cache: await store.readCache(name),
    };
    const { shared, redact } = options;
    const collected = await collect({
      sync,
      config,
      shared,
      stored,
      signal,
      redact,
      emit,
      warnings,
      notices,
    });
    if (stage !== null) {
      const { snapshot, cache } = collected;
      const saved = await store.saveSync(stage, name, {
        run,
        snapshot,
        entries: sync.toHistory(snapshot),
        ...(cache === undefined ? {} : { cache }),
      });
      warnings.push(...saved.warnings);
    }
    if (collected.failure !== undefined) {
      const failure = failureOf(collected.failure, options);
      return {
        result: { outcome: 'failed', durationMs: durationMs(), error: failure, notices, warnings },
        error: collected.failure,
      };
    }
    const counts = { ...collected.counts };
    return {
      result: { outcome: 'ok', durationMs: durationMs(), counts, notices, warnings },
      error: null,
    };
  } catch (error) {
    rethrowLostLock(signal);
    if (error instanceof UserError && error.code === 'lock-lost') throw error;
    if (signal.aborted) return { result: { outcome: 'skipped', reason: 'aborted' }, error };
    const failure = failureOf(error, options);
    return {
      result: { outcome: 'failed', durationMs: durationMs(), error: failure, notices, warnings },
      error,
    };
  }
}

function failureOf(error: unknown, { redact, emit }: RunOptions): Failure {
  if (error instanceof UserError) {
    const hint = error.hint === null ? null : redact(error.hint);
    return { code: error.code, message: redact(error.message), hint };
  }
  if (error instanceof FileError) return { code: 'io', message: redact(error.message), hint: null };
  // A mistake of ours in one sync must not take the other two with it.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  emit({ type: 'bug', stack: redact(text) });
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'unexpected', message: redact(message), hint: null };
}

async function saveRun(
  record: RunRecord,
  status: StatusFile | null,
  fatal: unknown,
  { store, emit, config, configIdentity, shared }: RunOptions,
  stage: string,
): Promise<void> {
  try {
    const { intervalMinutes, syncs } = config;
    const used = { identity: configIdentity, intervalMinutes, syncs };
    const next = nextStatus(record, used, status);
    const saved = await store.saveRun(stage, next, runLineOf(record));
    for (const warning of saved.warnings) emit({ type: 'warning', warning });
    if (record.outcome !== 'success') return;
    const { retentionMonths } = config.history;
    for (const warning of await store.removeOldHistory(shared.startedAt, retentionMonths)) {
      emit({ type: 'warning', warning });
    }
  } catch (error) {
    // A full disk was the news already: that the status could not be written either adds nothing.
    if (fatal === null) throw error;
  }
}

function outcomeOf(
  results: Readonly<Record<SyncName, SyncResult>>,
  signal: AbortSignal,
): RunRecord['outcome'] {
  if (signal.aborted) return 'interrupted';
  return syncNames.some((name) => results[name].outcome === 'failed') ? 'error' : 'success';
}

function rethrowLostLock(signal: AbortSignal): void {
  const reason: unknown = signal.reason;
  if (reason instanceof UserError && reason.code === 'lock-lost') throw reason;
}
