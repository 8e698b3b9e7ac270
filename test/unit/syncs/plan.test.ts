import { describe, expect, test } from 'vitest';
import { configFile, type Config } from '../../../src/schema/config.ts';
import type { RunRecord, StatusFile, SyncResult } from '../../../src/schema/status.ts';
import { dueOnly, lastResultOf, nextDue, planRun, selectedSyncs } from '../../../src/syncs/plan.ts';
import { nextStatus } from '../../../src/run/record-run.ts';
import { cronTick } from '../../../src/schedule/calendar.ts';

const config = configFile.parse({ intervalMinutes: 15 });
const ok: SyncResult = { outcome: 'success', durationMs: 1, counts: {}, notices: [], warnings: [] };
const at = (time: string): Date => new Date(`2026-11-23T${time}Z`);

function statusAfter(
  start: Date,
  results: Partial<RunRecord['results']> = {},
  before: StatusFile | null = null,
): StatusFile {
  const record: RunRecord = {
    id: start.toISOString(),
    finishedAt: start.toISOString(),
    durationMs: 1,
    outcome: 'success',
    trigger: 'manual',
    results: { tokens: ok, quality: ok, projects: ok, ...results },
  };
  return nextStatus(record, before);
}

interface Run {
  readonly config?: Config;
  readonly isScheduled?: boolean;
}

/** Returns the syncs that `run --if-due` runs. */
function dueSyncs(status: StatusFile | null, now: Date, run: Run = {}): readonly string[] {
  const { config: used = config, isScheduled = false } = run;
  return selectedSyncs(dueOnly(planRun(used, null), { config: used, status, now }, isScheduled));
}

const isDue = (status: StatusFile | null, now: Date, run: Run = {}): boolean =>
  dueSyncs(status, now, run).length > 0;

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

describe('dueOnly', () => {
  test('selects every sync before the first run', () => {
    expect(dueSyncs(null, at('10:00:00'))).toEqual(['tokens', 'quality', 'projects']);
  });

  test('counts an interval from the minute of the last start', () => {
    const status = statusAfter(at('10:00:40'));
    expect(isDue(status, at('10:14:59'))).toBe(false);
    expect(isDue(status, at('10:15:00'))).toBe(true);
  });

  test('lets a scheduled run start half a tick of its job early', () => {
    const hours = configFile.parse({ intervalMinutes: 180 });
    const status = statusAfter(at('10:00:00'));
    const run = { config: hours, isScheduled: true };
    expect(isDue(status, at('12:30:29'), run)).toBe(false);
    expect(isDue(status, at('12:30:30'), run)).toBe(true);
    expect(isDue(status, at('12:59:59'), { config: hours })).toBe(false);
  });

  test('selects all syncs of a timing when one of them was not part of the last run', () => {
    const skipped = { outcome: 'skipped', reason: 'not-selected' } as const;
    const status = statusAfter(at('10:00:00'), { quality: skipped });
    expect(dueSyncs(status, at('10:01:00'))).toEqual(['tokens', 'quality', 'projects']);
  });

  test('selects every sync when the last run is in the future', () => {
    expect(isDue(statusAfter(at('12:00:00')), at('10:00:00'))).toBe(true);
  });

  // Every start is up to a minute late. A wrong gap is one of another number of ticks than the interval.
  test.each([7, 15, 45, 90, 1440])(
    'leaves no wrong gap over 2,000 ticks with starts up to 60 s late at an interval of %i min',
    (intervalMinutes) => {
      const { minutes: tick } = cronTick(intervalMinutes, 'local');
      const used = configFile.parse({ intervalMinutes });
      const plan = planRun(used, null);
      let status: StatusFile | null = null;
      const runs: number[] = [];
      let random = 42;
      for (let count = 0; count < 2000; count += 1) {
        random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
        const now = new Date(at('00:00:00').getTime() + count * tick * 60_000 + (random % 60_000));
        if (selectedSyncs(dueOnly(plan, { config: used, status, now }, true)).length === 0)
          continue;
        runs.push(count * tick);
        status = statusAfter(now);
      }
      const gaps = new Set(runs.slice(1).map((run, index) => run - (runs[index] ?? 0)));
      expect([...gaps]).toEqual([intervalMinutes]);
    },
  );
});

describe('syncs with their own schedules', () => {
  const own = configFile.parse({
    intervalMinutes: 15,
    syncSchedules: { projects: 5, tokens: '0 * * * *' },
  });
  const notDue = { outcome: 'skipped', reason: 'not-due' } as const;

  test('are due on their own', () => {
    const status = statusAfter(at('10:00:10'));
    const due = (time: string) => dueSyncs(status, at(time), { config: own });
    expect(due('10:04:00')).toEqual([]);
    expect(due('10:05:00')).toEqual(['projects']);
    expect(due('10:15:00')).toEqual(['quality', 'projects']);
    expect(due('11:00:00')).toEqual(['tokens', 'quality', 'projects']);
    const context = { config: own, status, now: at('10:04:00') };
    expect(nextDue(planRun(own, null), context)).toEqual(at('10:05:10'));
  });

  test('keep the result of their last run while they are not due', () => {
    const error = {
      code: 'io',
      severity: 'error',
      subject: null,
      message: 'x',
      hint: null,
    } as const;
    const failed: SyncResult = {
      ...{ outcome: 'error', durationMs: 1, notices: [], warnings: [] },
      error,
    };
    const first = statusAfter(at('10:00:00'), { tokens: failed });
    const second = statusAfter(at('10:05:00'), { tokens: notDue, quality: notDue }, first);
    const third = statusAfter(at('10:10:00'), { tokens: notDue, quality: notDue }, second);
    expect(lastResultOf(third, 'tokens')).toEqual(failed);
    expect(lastResultOf(third, 'quality')).toEqual(ok);
    expect(third.syncs.tokens.lastRun).toBe(at('10:00:00').toISOString());
    expect(statusAfter(at('11:00:00'), {}, third).syncs.tokens).not.toHaveProperty('lastResult');
  });
});

describe('quiet hours', () => {
  // In the time zone of the machine.
  const evening = (time: string): Date => new Date(`2026-11-23T${time}`);
  const morning = (time: string): Date => new Date(`2026-11-24T${time}`);
  const quiet = configFile.parse({ intervalMinutes: 15, quietHours: '22:00-07:00' });

  test('postpone an interval until their end', () => {
    const status = statusAfter(evening('21:50:00'));
    const context = { config: quiet, status, now: evening('21:59:00') };
    expect(nextDue(planRun(quiet, null), context)).toEqual(morning('07:00:00'));
    expect(isDue(status, evening('22:05:00'), { config: quiet })).toBe(false);
    expect(isDue(status, morning('06:59:59'), { config: quiet })).toBe(false);
    expect(isDue(status, morning('07:00:00'), { config: quiet })).toBe(true);
  });

  test('postpone a run that was missed, and the first one', () => {
    expect(isDue(statusAfter(evening('15:00:00')), evening('23:00:00'), { config: quiet })).toBe(
      false,
    );
    expect(isDue(null, evening('23:00:00'), { config: quiet })).toBe(false);
  });

  test('omit the times of a cron expression that they contain', () => {
    const hourly = configFile.parse({ schedule: '30 * * * *', quietHours: '22:00-07:00' });
    const context = {
      config: hourly,
      status: statusAfter(evening('21:30:00')),
      now: evening('21:40:00'),
    };
    expect(nextDue(planRun(hourly, null), context)).toEqual(morning('07:30:00'));
  });
});
