import type { Timestamp } from '../schema/timestamp.ts';
import type { Problem } from './assess-health.ts';

/** What is known of the schedule; whoever looks at the scheduler finds it out. */
export interface ScheduleFacts {
  /** Null where none was installed. */
  readonly target: string | null;
  readonly state: 'installed' | 'outdated' | 'missing' | 'unknown';
  readonly message: string | null;
  readonly nextRunAt: Timestamp | null;
  readonly command: readonly string[] | null;
  readonly commandExists: boolean | null;
}

const fix = 'sync-runner install-schedule';

/** What is wrong with an installed schedule. To have none is no problem. */
export function scheduleProblems(facts: ScheduleFacts): readonly Problem[] {
  const { target, state, message, command, commandExists } = facts;
  if (target === null) return [];
  if (commandExists === false) {
    const text = `the schedule starts what is gone: ${(command ?? []).join(' ')}`;
    return [{ level: 'error', code: 'schedule-command-gone', message: text, hint: fix }];
  }
  switch (state) {
    case 'installed':
      return [];
    case 'outdated': {
      const text = `the schedule in ${target} is not what the configuration says`;
      return [{ level: 'warning', code: 'schedule-outdated', message: text, hint: fix }];
    }
    case 'missing': {
      const text = `the schedule was installed in ${target}, but is no longer there`;
      return [{ level: 'error', code: 'schedule-missing', message: text, hint: fix }];
    }
    case 'unknown': {
      const text = `the schedule in ${target} could not be looked at: ${message ?? ''}`;
      return [{ level: 'warning', code: 'schedule-unknown', message: text, hint: null }];
    }
  }
}
