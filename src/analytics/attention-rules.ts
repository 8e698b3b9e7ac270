import { attentionCodes } from '../schema/attention-codes.ts';
import { isFound } from '../schema/project-states.ts';
import type { Attention, ProjectAnalytics } from '../schema/analytics.ts';
import type { Day } from '../schema/timestamp.ts';
import { dayOf, daysBetween } from '../util/dates.ts';
import type { Project } from '../schema/projects.ts';
import { diagnostic } from '../util/diagnostic.ts';
import { shellQuote } from '../util/shell.ts';
import { plural } from '../util/text.ts';

type Facts = Omit<ProjectAnalytics, 'attention'>;

/** Thresholds from which a reason is reported. */
const limits = {
  /** US dollars in 30 days without a commit. */
  cost: 5,
  /** Percentage points of coverage lost in 30 days. */
  coverageLoss: 2,
  /** New TODOs in 30 days, absolute and relative to the TODOs before. */
  newTodos: 10,
  todoGrowth: 0.2,
  /** Days since the last commit that changes may stay uncommitted or unpushed. */
  unsavedDays: 14,
  /** Number of days for which a vanished project is reported. */
  missingDays: 14,
};

/** Returns why a project needs attention, the most severe reason first. Depends on the day only. */
export function attentionOf(facts: Facts, project: Project, today: Day): Attention[] {
  // The facts of a project that was not found are the last known ones: they do not call for action.
  const applicable = isFound(facts) ? rules : { missing };
  return attentionCodes.flatMap((code) => {
    const message = (applicable as Partial<typeof rules>)[code]?.(facts, project, today) ?? null;
    if (message === null) return [];
    return [{ ...diagnostic(code, { message, hint: hintFor(code, project.path) }), code }];
  });
}

/** Returns the git command that shows or fixes the reason, if one exists. */
function hintFor(code: Attention['code'], path: string): string | null {
  switch (code) {
    case 'unreadable':
    case 'conflicts':
    case 'unsaved-work':
      return `git -C ${shellQuote(path)} status`;
    case 'unpushed':
      return `git -C ${shellQuote(path)} push`;
    default:
      return null;
  }
}

/** Returns the message of a reason, or null if the reason does not apply. */
type Rule = (facts: Facts, project: Project, today: Day) => string | null;

const rules = {
  unreadable,
  conflicts,
  'cost-without-commits': costWithoutCommits,
  'coverage-fell': coverageFell,
  'high-debt': highDebt,
  'unsaved-work': unsavedWork,
  unpushed,
  'todos-grew': todosGrew,
  missing,
} satisfies Record<Attention['code'], Rule>;

function unreadable({ state }: Facts, { git }: Project): string | null {
  if (state === 'ok') return null;
  const reason = git?.error ? ` (${git.error})` : '';
  return state === 'untrusted' ? `owned by another user${reason}` : `can't be read${reason}`;
}

function conflicts({ state }: Facts, { git }: Project): string | null {
  const files = git?.changes?.conflicts ?? 0;
  return state === 'ok' && files > 0 ? `${plural(files, 'file')} with merge conflicts` : null;
}

function costWithoutCommits({ cost30Usd, activity }: Facts): string | null {
  if (activity.commits30 !== 0) return null;
  const cost = Number(cost30Usd ?? 0);
  return cost >= limits.cost ? `$${cost.toFixed(2)} in 30 days without a commit` : null;
}

function coverageFell({ quality }: Facts): string | null {
  const change = quality?.coverageChange30 ?? 0;
  if (change > -limits.coverageLoss) return null;
  return `coverage fell by ${(-change).toFixed(1)} points in 30 days`;
}

function highDebt(
  { quality, activity, costs }: Facts,
  _project: Project,
  today: Day,
): string | null {
  if (quality?.techDebt !== 'high') return null;
  const isActive = daysSince(activity.lastCommit, today) <= 30 || (costs ?? []).length > 0;
  return isActive ? 'high technical debt in an active project' : null;
}

function unsavedWork({ state, activity }: Facts, { git }: Project, today: Day): string | null {
  const days = daysSince(activity.lastCommit, today);
  if (state !== 'ok' || activity.dirty !== true || days < limits.unsavedDays) return null;
  if (!Number.isFinite(days)) return null;
  const { staged = 0, unstaged = 0, untracked = 0 } = git?.changes ?? {};
  const changes = git?.changes
    ? plural(staged + unstaged + untracked, 'uncommitted change')
    : 'uncommitted changes';
  return `${changes}, last commit ${plural(days, 'day')} ago`;
}

function unpushed({ state, activity }: Facts, _project: Project, today: Day): string | null {
  const { ahead, lastCommit } = activity;
  const days = daysSince(lastCommit, today);
  if (state !== 'ok' || ahead === null || ahead === 0 || days < limits.unsavedDays) return null;
  return plural(ahead, 'unpushed commit');
}

function todosGrew({ quality }: Facts): string | null {
  const { todos, todosChange30: change } = quality ?? { todos: null, todosChange30: null };
  if (todos === null || change === null || change < limits.newTodos) return null;
  return change >= (todos - change) * limits.todoGrowth
    ? `${String(change)} more TODOs in 30 days`
    : null;
}

function missing(_facts: Facts, project: Project, today: Day): string | null {
  const { state, missingSince, lastSeen } = project;
  if (state !== 'missing' || daysSince(missingSince, today) > limits.missingDays) return null;
  return lastSeen === null ? 'vanished' : `vanished, last seen by the run of ${dayOf(lastSeen)}`;
}

/** Full days up to today; infinite if the date is unknown, 0 for a date in the future. */
const daysSince = (at: string | null, today: Day): number =>
  at === null ? Infinity : Math.max(0, daysBetween(dayOf(at), today));
