import type {
  RunLine,
  RunRecord,
  StatusFile,
  SyncResult,
  ConfigSnapshot,
} from '../schema/status.ts';
import { mapSyncs, syncNames, type SyncName } from '../schema/sync-names.ts';

/** The status file after a run: the run itself, and for each sync its last run and last success. */
export function nextStatus(
  record: RunRecord,
  config: ConfigSnapshot,
  before: StatusFile | null,
): StatusFile {
  const times = (name: SyncName): StatusFile['syncs'][SyncName] => {
    const { outcome } = record.results[name];
    const old = before?.syncs[name] ?? { lastRun: null, lastSuccess: null };
    return {
      lastRun: outcome === 'skipped' ? old.lastRun : record.id,
      lastSuccess: outcome === 'ok' ? record.id : old.lastSuccess,
    };
  };
  const error = errorOf(record);
  return {
    lastSync: record.finishedAt,
    status: record.outcome,
    durationMs: record.durationMs,
    ...(error === null ? {} : { error }),
    schemaVersion: 1,
    config,
    run: record,
    syncs: mapSyncs(times),
  };
}

/** The one text that a dashboard shows for a run that did not go well; null for one that did. */
function errorOf({ outcome, results }: RunRecord): string | null {
  const failures = syncNames.flatMap((name) => {
    const result = results[name];
    return result.outcome === 'failed' ? [`${name}: ${result.error.message}`] : [];
  });
  if (failures.length > 0) return failures.join('; ');
  return outcome === 'interrupted' ? 'interrupted' : null;
}

/** The line of the run log. */
export function runLineOf(record: RunRecord): RunLine {
  const { id, finishedAt, durationMs, outcome, trigger, results } = record;
  const syncs = Object.fromEntries(syncNames.map((name) => [name, summaryOf(results[name])]));
  return { run: id, finishedAt, durationMs, outcome, trigger, syncs };
}

function summaryOf(result: SyncResult): RunLine['syncs'][string] {
  switch (result.outcome) {
    case 'ok':
      return {
        outcome: 'ok',
        durationMs: result.durationMs,
        warnings: result.warnings.length,
      };
    case 'failed':
      return {
        outcome: 'failed',
        durationMs: result.durationMs,
        warnings: result.warnings.length,
        error: result.error.message,
      };
    case 'skipped':
      return { outcome: 'skipped' };
  }
}
