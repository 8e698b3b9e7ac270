import { diagnostic } from '../util/diagnostic.ts';
import type { RunLine, RunRecord, StatusFile, SyncResult } from '../schema/status.ts';
import { mapSyncs, syncNames, type SyncName } from '../schema/sync-names.ts';
import { lastResultOf } from '../syncs/plan.ts';
import { toTimestamp } from '../util/dates.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import type { RunContext } from './context.ts';
import type { PlanOutcome } from './execute-plan.ts';
import { emitBug } from './run-sync.ts';

/**
 * Stores the status and the line of the run log, after the results of all syncs. Throws `UserError` with code `io` if
 * an error of the machine ended the run.
 */
export async function recordRun(outcome: PlanOutcome, context: RunContext): Promise<RunRecord> {
  const { results, fatal, durationMs } = outcome;
  const { runId, trigger, shared, signal, emit, redact, stage } = context;
  const record: RunRecord = {
    id: runId,
    finishedAt: toTimestamp(shared.system.now()),
    durationMs,
    outcome: outcomeOf(results, signal),
    trigger,
    results,
  };
  if (stage !== null) await saveRun(record, stage, outcome, context);
  if (fatal !== null) {
    throw new UserError('io', redact(fatal.message), {
      hint: 'free some space or fix the permissions, then run again; the stored data are intact',
      cause: fatal,
    });
  }
  emit({ type: 'run-finished', record });
  return record;
}

async function saveRun(
  record: RunRecord,
  stage: string,
  { previousStatus, fatal }: PlanOutcome,
  context: RunContext,
): Promise<void> {
  const { store, emit, redact, config, configKey, workspace, shared } = context;
  const { intervalMinutes, schedule, syncSchedules, quietHours, syncs } = config;
  try {
    const saved = await store.saveRun(stage, {
      status: nextStatus(record, previousStatus),
      line: runLineOf(record),
      config: { key: configKey, intervalMinutes, schedule, syncSchedules, quietHours, syncs },
    });
    for (const warning of saved.warnings) emit({ type: 'warning', warning });
    if (record.outcome !== 'success') return;
    const retention = {
      now: shared.startedAt,
      months: config.history.retentionMonths,
      waitForPublication: config.fleet.url !== undefined,
    };
    for (const warning of await store.removeOldHistory(retention)) {
      emit({ type: 'warning', warning });
    }
  } catch (error) {
    if (fatal === null) throw error;
    // The caller throws the error that ended the run, so this one is only reported.
    if (!(error instanceof UserError || error instanceof FileError)) emitBug(error, context);
    else {
      const message = redact(error.message);
      const subject = workspace.status;
      emit({ type: 'warning', warning: diagnostic('status-not-saved', { subject, message }) });
    }
  }
}

function outcomeOf(
  results: Readonly<Record<SyncName, SyncResult>>,
  signal: AbortSignal,
): RunRecord['outcome'] {
  if (signal.aborted) return 'interrupted';
  return syncNames.some((name) => results[name].outcome === 'error') ? 'error' : 'success';
}

/** Returns the status file after a run: the run, and the last run and last success of each sync. */
export function nextStatus(record: RunRecord, before: StatusFile | null): StatusFile {
  const times = (name: SyncName): StatusFile['syncs'][SyncName] => {
    const result = record.results[name];
    const { outcome } = result;
    const old = before?.syncs[name] ?? { lastRun: null, lastSuccess: null };
    const isNotDue = result.outcome === 'skipped' && result.reason === 'not-due';
    const lastResult = isNotDue && before !== null ? lastResultOf(before, name) : null;
    return {
      lastRun: outcome === 'skipped' ? old.lastRun : record.id,
      lastSuccess: outcome === 'success' ? record.id : old.lastSuccess,
      ...(lastResult === null ? {} : { lastResult }),
    };
  };
  const error = errorOf(record);
  return {
    lastSync: record.finishedAt,
    status: record.outcome,
    durationMs: record.durationMs,
    ...(error === null ? {} : { error }),
    schemaVersion: 1,
    run: record,
    syncs: mapSyncs(times),
  };
}

/** Returns the errors of a run as one line for dashboards; null if it succeeded. */
function errorOf({ outcome, results }: RunRecord): string | null {
  const failures = syncNames.flatMap((name) => {
    const result = results[name];
    return result.outcome === 'error' ? [`${name}: ${result.error.message}`] : [];
  });
  if (failures.length > 0) return failures.join('; ');
  return outcome === 'interrupted' ? 'interrupted' : null;
}

/** Returns the line of `data/history/runs`. */
export function runLineOf(record: RunRecord): RunLine {
  const { id, finishedAt, durationMs, outcome, trigger, results } = record;
  const syncs = Object.fromEntries(syncNames.map((name) => [name, summaryOf(results[name])]));
  return { run: id, finishedAt, durationMs, outcome, trigger, syncs };
}

function summaryOf(result: SyncResult): RunLine['syncs'][string] {
  switch (result.outcome) {
    case 'success':
      return {
        outcome: 'success',
        durationMs: result.durationMs,
        warnings: result.warnings.length,
      };
    case 'error':
      return {
        outcome: 'error',
        durationMs: result.durationMs,
        warnings: result.warnings.length,
        error: result.error.message,
      };
    case 'skipped':
      return { outcome: 'skipped' };
  }
}
