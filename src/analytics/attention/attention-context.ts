import type { ProjectAnalytics } from '../../schema/analytics.ts';
import type { Project, ProjectGit } from '../../schema/projects.ts';
import type { Day } from '../../schema/timestamp.ts';
import { dayOf, daysBetween } from '../../util/dates.ts';
import { plural } from '../../util/text.ts';

export type Facts = Omit<ProjectAnalytics, 'attention' | 'ignored'>;

/** What the reasons for attention are determined from. */
export interface Context {
  readonly facts: Facts;
  readonly project: Project;
  readonly today: Day;
  /** Null if the last run could not read all of them. */
  readonly git: ProjectGit | null;
  readonly ignoreProblem: string | null;
}

/** Returns the message of a reason, or null if the reason does not apply. */
export type Rule = (context: Context) => string | null;

/** Days that a change may stay uncommitted, or a commit unpushed; docs/diagnostics.md documents it. */
export const unsavedDays = 7;

/** Full days up to today; infinite if the date is unknown, 0 for a date in the future. */
export const daysSince = (at: string | null, today: Day): number =>
  at === null ? Infinity : Math.max(0, daysBetween(dayOf(at), today));

export const agoText = (at: string, today: Day): string => {
  const days = daysSince(at, today);
  return days === 0 ? 'from today' : `${plural(days, 'day')} old`;
};
