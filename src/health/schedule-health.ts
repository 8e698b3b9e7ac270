import type { Timestamp } from '../schema/timestamp.ts';
import { inTimeZone } from '../system/time-zone.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';

/** State of the installed schedule, as the scheduler reports it. */
export interface ScheduleFacts {
  /** Name of the scheduler; null if no schedule was installed. */
  readonly target: string | null;
  readonly state: 'installed' | 'paused' | 'outdated' | 'missing' | 'unknown';
  readonly message: string | null;
  readonly nextRunAt: Timestamp | null;
  /** IANA name of the time zone of the times at which runs are due; null if it is unknown, or without a schedule. */
  readonly timeZone: string | null;
  readonly command: readonly string[] | null;
  readonly commandExists: boolean | null;
  /** Path of the git that scheduled runs use; null if none was found when the schedule was installed. */
  readonly git: string | null;
  readonly gitExists: boolean | null;
}

export const noSchedule = {
  target: null,
  state: 'missing',
  message: null,
  nextRunAt: null,
  timeZone: null,
  command: null,
  commandExists: null,
  git: null,
  gitExists: null,
} as const satisfies ScheduleFacts;

const hint = 'sync-runner install-schedule';

const zoneHint = 'set a name such as Europe/Berlin';

/** Whether it is unknown when runs are due, because the time zone of the schedule is. */
export const isDueUnknown = ({ target, state, timeZone }: ScheduleFacts): boolean =>
  target !== null && state !== 'unknown' && timeZone === null;

/** Calls a function in the time zone in which runs are due; without a schedule, in that of this process. */
export const inScheduleZone = <Value>({ timeZone }: ScheduleFacts, compute: () => Value): Value =>
  timeZone === null ? compute() : inTimeZone(timeZone, compute);

/** Returns the diagnostics of an installed schedule. A missing installation is not one. */
export function scheduleProblems(facts: ScheduleFacts): readonly Diagnostic[] {
  const { target, command, commandExists } = facts;
  const schedule = target === null ? 'the schedule' : `the schedule in ${target}`;
  if (commandExists === false) {
    const text = `the scheduled command does not exist: ${(command ?? []).join(' ')}`;
    return [diagnostic('schedule-command-missing', { message: text, hint })];
  }
  return [...stateProblems(facts, schedule), ...gitProblems(facts)];
}

function gitProblems({ git, gitExists }: ScheduleFacts): readonly Diagnostic[] {
  if (gitExists !== false) return [];
  const text = `scheduled runs use ${git ?? 'git'}, which no longer exists or is not usable`;
  return [diagnostic('schedule-git-missing', { message: text, hint: `install git, then ${hint}` })];
}

function stateProblems(
  { target, state, message }: ScheduleFacts,
  schedule: string,
): readonly Diagnostic[] {
  switch (state) {
    case 'installed':
      return message === null
        ? []
        : [diagnostic('schedule-time-zone', { message, hint: zoneHint })];
    case 'paused': {
      const text = `${schedule} is paused, so runs do not start on their own`;
      const details = { message: text, hint: `${hint} --resume` };
      return [diagnostic('schedule-paused', details)];
    }
    case 'outdated': {
      const text = `${schedule} does not match the configuration`;
      return [diagnostic('schedule-outdated', { message: text, hint })];
    }
    case 'missing': {
      if (target === null) return [];
      const text = `the schedule was installed in ${target}, but is no longer there`;
      return [diagnostic('schedule-missing', { message: text, hint })];
    }
    case 'unknown': {
      const text = `${schedule} could not be checked: ${message ?? ''}`;
      return [diagnostic('schedule-unknown', { message: text })];
    }
  }
}
