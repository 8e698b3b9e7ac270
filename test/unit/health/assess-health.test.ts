import { describe, expect, test } from 'vitest';
import { configFile } from '../../../src/schema/config.ts';
import type { RunRecord, SyncResult } from '../../../src/schema/status.ts';
import { assessHealth, type HealthAssessment } from '../../../src/health/assess-health.ts';
import { diagnostic } from '../../../src/util/diagnostic.ts';
import { UserError } from '../../../src/util/errors.ts';
import { failureOf } from '../../../src/util/failure.ts';
import { noSchedule } from '../../../src/health/schedule-health.ts';
import { nextStatus } from '../../../src/run/record-run.ts';

const config = configFile.parse({ intervalMinutes: 15 });
const ok: SyncResult = { outcome: 'success', durationMs: 1, counts: {}, notices: [], warnings: [] };
const failed: SyncResult = {
  outcome: 'error',
  durationMs: 1,
  error: failureOf(
    new UserError('data', 'projects.json:1:1 is not valid JSON', { hint: 'mv projects.json x' }),
    { subject: 'projects' },
  ),
  notices: [],
  warnings: [],
};
const started = '2026-11-23T10:00:00.000Z';

function record(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    id: started,
    finishedAt: '2026-11-23T10:00:01.000Z',
    durationMs: 1000,
    outcome: 'success',
    trigger: 'manual',
    results: { tokens: ok, quality: ok, projects: ok },
    ...changes,
  };
}

function healthAt(now: string, run: RunRecord | null): HealthAssessment {
  return assessHealth({
    workspace: '/w',
    config,
    status: run === null ? null : nextStatus(run, null),
    lock: { type: 'free' },
    schedule: noSchedule,
    now: new Date(now),
  });
}

describe('assessHealth', () => {
  test('returns the error never-ran before the first run', () => {
    const { health, diagnostics, nextRunAt } = healthAt(started, null);
    expect({ health, nextRunAt }).toEqual({ health: 'error', nextRunAt: null });
    expect(diagnostics).toMatchObject([{ code: 'never-ran', hint: 'sync-runner run' }]);
  });

  test('returns ok after a successful run and the next one an interval after its start', () => {
    const { health, diagnostics, nextRunAt } = healthAt('2026-11-23T10:05:00Z', record());
    expect({ health, diagnostics, nextRunAt }).toEqual({
      health: 'ok',
      diagnostics: [],
      nextRunAt: '2026-11-23T10:15:00.000Z',
    });
  });

  test('returns the error stale when the last success is older than three intervals', () => {
    expect(healthAt('2026-11-23T10:45:00Z', record()).health).toBe('ok');
    const stale = healthAt('2026-11-23T10:45:01Z', record());
    expect(stale.health).toBe('error');
    expect(stale.diagnostics.map(({ code }) => code)).toEqual(['stale', 'stale', 'stale']);
  });

  test('returns the error of a failed sync with its hint before any warning', () => {
    const warned: SyncResult = {
      ...ok,
      warnings: [diagnostic('file-skipped', { subject: 'web', message: 'is a symbolic link' })],
    };
    const run = record({
      outcome: 'error',
      results: { tokens: ok, quality: warned, projects: failed },
    });
    const { health, diagnostics } = healthAt('2026-11-23T10:05:00Z', run);
    expect(health).toBe('error');
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'data', subject: 'projects', hint: 'mv projects.json x' },
      { severity: 'error', code: 'stale', subject: 'projects', message: 'has never succeeded' },
      { severity: 'warning', code: 'file-skipped', subject: 'web', message: 'is a symbolic link' },
    ]);
  });

  test('ignores syncs that are disabled', () => {
    const report = assessHealth({
      workspace: '/w',
      config: configFile.parse({ syncs: ['projects'] }),
      status: nextStatus(
        record({
          results: {
            tokens: { outcome: 'skipped', reason: 'disabled' },
            quality: { outcome: 'skipped', reason: 'disabled' },
            projects: ok,
          },
        }),
        null,
      ),
      lock: { type: 'free' },
      schedule: noSchedule,
      now: new Date('2026-11-23T10:05:00Z'),
    });
    expect(report.health).toBe('ok');
    expect(report.syncs.map(({ enabled }) => enabled)).toEqual([false, false, true]);
  });
});

describe('nextStatus', () => {
  test('retains the last success of a sync that failed or was skipped', () => {
    const before = nextStatus(record(), null);
    const later = record({
      id: '2026-11-23T10:15:00.000Z',
      outcome: 'error',
      results: {
        tokens: { outcome: 'skipped', reason: 'not-selected' },
        quality: ok,
        projects: failed,
      },
    });
    expect(nextStatus(later, before)).toMatchObject({
      lastSync: later.finishedAt,
      status: 'error',
      durationMs: 1000,
      error: 'projects: projects.json:1:1 is not valid JSON',
      syncs: {
        tokens: { lastRun: started, lastSuccess: started },
        quality: { lastRun: later.id, lastSuccess: later.id },
        projects: { lastRun: later.id, lastSuccess: started },
      },
    });
    expect('error' in before).toBe(false);
  });
});
