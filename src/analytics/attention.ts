import type { Attention, ProjectAnalytics } from '../schema/analytics.ts';
import { dayOf, type Day } from '../schema/timestamp.ts';
import type { Project } from '../schema/projects.ts';
import { daysBetween } from '../util/dates.ts';

type Facts = Omit<ProjectAnalytics, 'attention'>;

/** From which value on something is worth a person's look. */
const limits = {
  /** US dollars in 30 days without a commit. */
  cost: 5,
  /** Percentage points of coverage lost in 30 days. */
  coverageLoss: 2,
  /** New TODOs in 30 days, and by which share of those before. */
  newTodos: 10,
  todoGrowth: 0.2,
  /** Days that changes may lie around uncommitted or unpushed. */
  unsavedDays: 14,
  /** Days that a vanished project is news. */
  missingDays: 14,
};

/** What a person should look at, the worst first. Depends on the day, never on the time of day. */
export function attentionOf(facts: Facts, project: Project, today: Day): Attention[] {
  return rules.flatMap(([code, rule]) => {
    const message = rule(facts, project, today);
    return message === null ? [] : [{ code, message }];
  });
}

type Rule = (facts: Facts, project: Project, today: Day) => string | null;

const rules: readonly (readonly [Attention['code'], Rule])[] = [
  ['unreadable', unreadable],
  ['conflicts', conflicts],
  ['cost-without-commits', costWithoutCommits],
  ['coverage-fell', coverageFell],
  ['high-debt', highDebt],
  ['unsaved-work', unsavedWork],
  ['unpushed', unpushed],
  ['todos-grew', todosGrew],
  ['missing', missing],
];

function unreadable({ state }: Facts, { git }: Project): string | null {
  if (state === 'ok' || state === 'missing') return null;
  const why = git?.error ? ` (${git.error})` : '';
  return state === 'untrusted' ? `owned by somebody else${why}` : `can't be read${why}`;
}

function conflicts({ state }: Facts, { git }: Project): string | null {
  const files = git?.changes?.conflicts ?? 0;
  return state === 'ok' && files > 0 ? `${plural(files, 'file')} with merge conflicts` : null;
}

function costWithoutCommits({ costs, activity }: Facts): string | null {
  if (activity.commits30 !== 0) return null;
  const dearest = Math.max(0, ...(costs ?? []).map(({ days30 }) => Number(days30 ?? 0)));
  return dearest >= limits.cost ? `$${dearest.toFixed(2)} in 30 days, and no commit` : null;
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
  return isActive ? 'high technical debt where work goes on' : null;
}

function unsavedWork({ state, activity }: Facts, { git }: Project, today: Day): string | null {
  const days = daysSince(activity.lastCommit, today);
  if (state !== 'ok' || activity.dirty !== true || days < limits.unsavedDays) return null;
  const { staged = 0, unstaged = 0, untracked = 0 } = git?.changes ?? {};
  if (!Number.isFinite(days)) return null;
  return `${plural(staged + unstaged + untracked, 'change')} not committed, last commit ${String(days)} days ago`;
}

function unpushed({ state, activity }: Facts, _project: Project, today: Day): string | null {
  const { ahead, lastCommit } = activity;
  const days = daysSince(lastCommit, today);
  if (state !== 'ok' || ahead === null || ahead === 0 || days < limits.unsavedDays) return null;
  return `${plural(ahead, 'commit')} not pushed`;
}

function todosGrew({ quality }: Facts): string | null {
  const { todos, todosChange30: change } = quality ?? { todos: null, todosChange30: null };
  if (todos === null || change === null || change < limits.newTodos) return null;
  return change >= (todos - change) * limits.todoGrowth
    ? `${String(change)} more TODOs in 30 days`
    : null;
}

function missing(_facts: Facts, { state, missingSince }: Project, today: Day): string | null {
  if (state !== 'missing' || daysSince(missingSince, today) > limits.missingDays) return null;
  return `has vanished, last seen by the run of ${dayOf(missingSince ?? today)}`;
}

/** Whole days; infinite where nothing is known. A date in the future counts as today. */
const daysSince = (at: string | null, today: Day): number =>
  at === null ? Infinity : Math.max(0, daysBetween(dayOf(at), today));

const plural = (number: number, one: string): string =>
  `${String(number)} ${one}${number === 1 ? '' : 's'}`;
