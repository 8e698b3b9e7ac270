import { describe, expect, test } from 'vitest';
import { configFile } from '../../../src/schema/config.ts';
import type { RunRecord, StatusFile, SyncResult } from '../../../src/schema/status.ts';
import { isDue, nextDue, planRun, selectedSyncs } from '../../../src/syncs/plan.ts';
import { nextStatus } from '../../../src/run/record-run.ts';

const config = configFile.parse({ intervalMinutes: 15 });
const ok: SyncResult = { outcome: 'ok', durationMs: 1, counts: {}, notices: [], warnings: [] };
const used = { identity: 'none', intervalMinutes: 15, syncs: config.syncs };
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
  return nextStatus(record, used, null);
}

describe('the plan of a run', () => {
  test('takes what is on and what was asked for', () => {
    expect(selectedSyncs(planRun(config, null))).toEqual(['tokens', 'quality', 'projects']);
    expect(planRun(configFile.parse({ syncs: ['projects'] }), ['projects', 'tokens'])).toEqual({
      tokens: { action: 'skip', reason: 'disabled' },
      quality: { action: 'skip', reason: 'disabled' },
      projects: { action: 'run' },
    });
    expect(planRun(config, ['quality']).tokens).toEqual({ action: 'skip', reason: 'not-selected' });
  });
});

describe('a run is due', () => {
  const plan = planRun(config, null);
  const due = (status: StatusFile | null, now: Date): boolean =>
    isDue(nextDue(plan, status, 15, now), now);

  test('when nothing has run yet', () => {
    expect(due(null, at('10:00:00'))).toBe(true);
  });

  test('one interval after the last start, half a minute of grace included', () => {
    const status = statusAfter(at('10:00:00'));
    expect(due(status, at('10:14:29'))).toBe(false);
    expect(due(status, at('10:14:30'))).toBe(true);
    expect(due(status, at('10:15:00'))).toBe(true);
  });

  test('when a planned sync was left out of the last run', () => {
    const skipped = { outcome: 'skipped', reason: 'not-selected' } as const;
    expect(due(statusAfter(at('10:00:00'), { quality: skipped }), at('10:01:00'))).toBe(true);
  });

  test('when the clock was set back behind the last start', () => {
    expect(due(statusAfter(at('12:00:00')), at('10:00:00'))).toBe(true);
  });
});
