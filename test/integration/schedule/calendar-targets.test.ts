import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { jobTiming } from '../../../src/schedule/job-timing.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import { schedulerNames, type Job, type SchedulerName } from '../../../src/schedule/scheduler.ts';
import { configFile } from '../../../src/schema/config.ts';
import { nextDueAfter } from '../../../src/config/timing.ts';
import { calendarExamples } from '../../helpers/calendar-examples.ts';
import { clockChanges, oracleTimes } from '../../helpers/calendar-oracle.ts';
import {
  clockOf,
  cronStarts,
  kubernetesStarts,
  launchdStarts,
  onCalendarLines,
  systemdStarts,
  taskStarts,
} from '../../helpers/scheduler-models.ts';
import { exampleHost, exampleJob } from '../../unit/schedule/examples.ts';

/** Returns the artifacts of a scheduler for a cron expression as one text. */
function rendered(name: SchedulerName, schedule: string, timeZone: string): string {
  const config = configFile.parse({ schedule });
  const job: Job = { ...exampleJob, ...jobTiming(config), timeZone };
  return schedulers[name]
    .render(job, exampleHost)
    .map(({ text }) => text)
    .join('\n')
    .replaceAll('\r\n', '\n');
}

/** Returns the starts that `run --if-due` passes. */
function dueStarts(schedule: string, starts: readonly number[], from: number): readonly number[] {
  const runs: number[] = [];
  let due = nextDueAfter(schedule, undefined, new Date(from * 60_000));
  for (const start of starts) {
    if (due === null || start * 60_000 < due.getTime()) continue;
    runs.push(start);
    due = nextDueAfter(schedule, undefined, new Date(start * 60_000));
  }
  return runs;
}

describe.each(clockChanges)('around the change of the clock in $zone on $to', (change) => {
  beforeEach(() => {
    vi.stubEnv('TZ', change.zone);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const [local, utc] = [clockOf(change), clockOf(change, 'UTC')];
  const from = change.from.getTime() / 60_000;
  const timers = new Map<string, readonly string[]>();

  /** Returns the starts of each expression. */
  function startsOf(name: SchedulerName, texts: ReadonlyMap<string, string>) {
    if (name === 'systemd') {
      for (const [schedule, text] of texts) timers.set(schedule, onCalendarLines(text));
    }
    const ofLines =
      name === 'systemd'
        ? systemdStarts([...timers.values()].flat(), change)
        : new Map<string, readonly number[]>();
    return new Map(
      [...texts].map(([schedule, text]): [string, readonly number[]] => {
        switch (name) {
          case 'crontab':
            return [schedule, cronStarts(text.split('\n')[2] ?? '', local)];
          case 'systemd': {
            const starts = (timers.get(schedule) ?? []).flatMap(
              (line): readonly number[] => ofLines.get(line) ?? [],
            );
            return [schedule, [...new Set(starts)].toSorted((a, b) => a - b)];
          }
          case 'launchd':
            return [schedule, launchdStarts(text, local)];
          case 'task-scheduler':
            return [schedule, taskStarts(text, local)];
          case 'kubernetes':
            return [schedule, kubernetesStarts(text, local, utc)];
        }
      }),
    );
  }

  test.each(schedulerNames)('%s runs at exactly the times of croner for 60 expressions', (name) => {
    const texts = new Map(
      calendarExamples.map((schedule) => [schedule, rendered(name, schedule, change.zone)]),
    );
    const starts = startsOf(name, texts);
    const wrong = calendarExamples.filter((schedule) => {
      const all = starts.get(schedule) ?? [];
      const isChecked = texts.get(schedule)?.includes('--if-due') === true;
      const runs = (isChecked ? dueStarts(schedule, all, from) : all).filter((at) => at > from);
      return JSON.stringify(runs) !== JSON.stringify(oracle(schedule));
    });
    expect(wrong).toEqual([]);
  });

  const known = new Map<string, readonly number[]>();
  function oracle(schedule: string): readonly number[] {
    const times = known.get(schedule) ?? oracleTimes(schedule, change);
    known.set(schedule, times);
    return times;
  }
});
