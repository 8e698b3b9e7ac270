import { describe, expect, test } from 'vitest';
import { configFile } from '../../../src/schema/config.ts';
import type { RunRecord, StatusFile, SyncResult } from '../../../src/schema/status.ts';
import { isDue, nextDue, planRun, selectedSyncs } from '../../../src/syncs/plan.ts';
import { nextStatus } from '../../../src/run/record-run.ts';

const config = configFile.parse({ intervalMinutes: 15 });
const ok: SyncResult = { outcome: 'ok', durationMs: 1, counts: {}, notices: [], warnings: [] };
const at = (time: string): Date => new Date(`2026-11-23T${time}Z`);

function statusAfter(start: Date, results: Partial<RunRecord['results']> = {}): StatusFile {
  const record: RunRecord = {
    id: start.toISOString(),
    finishedAt: start.toISOString(),
    durationMs: 1,
    outcome: 'success',
    trigger: 'manual',
    results: { tokens: ok, quality: ok, projects: ok, ...results },
  };
  return nextStatus(record, null);
}

describe('planRun', () => {
  test('runs the syncs that are enabled and selected', () => {
    expect(selectedSyncs(planRun(config, null))).toEqual(['tokens', 'quality', 'projects']);
    expect(planRun(configFile.parse({ syncs: ['projects'] }), ['projects', 'tokens'])).toEqual({
      tokens: { action: 'skip', reason: 'disabled' },
      quality: { action: 'skip', reason: 'disabled' },
      projects: { action: 'run' },
    });
    expect(planRun(config, ['quality']).tokens).toEqual({ action: 'skip', reason: 'not-selected' });
  });
});

describe('isDue', () => {
  const plan = planRun(config, null);
  const due = (status: StatusFile | null, now: Date): boolean =>
    isDue(nextDue(plan, status, 15, now), now);

  test('returns true before the first run', () => {
    expect(due(null, at('10:00:00'))).toBe(true);
  });

  test('returns true from 30 seconds before the end of the interval', () => {
    const status = statusAfter(at('10:00:00'));
    expect(due(status, at('10:14:29'))).toBe(false);
    expect(due(status, at('10:14:30'))).toBe(true);
    expect(due(status, at('10:15:00'))).toBe(true);
  });

  test('returns true when a planned sync was not part of the last run', () => {
    const skipped = { outcome: 'skipped', reason: 'not-selected' } as const;
    expect(due(statusAfter(at('10:00:00'), { quality: skipped }), at('10:01:00'))).toBe(true);
  });

  test('returns true when the last run is in the future', () => {
    expect(due(statusAfter(at('12:00:00')), at('10:00:00'))).toBe(true);
  });
});
