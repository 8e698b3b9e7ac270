import {
  attentionCodes,
  callsForAction,
  groupOf,
  type AttentionCode,
} from '../../schema/attention-codes.ts';
import { isFound } from '../../schema/project-states.ts';
import type { Attention, ProjectAnalytics } from '../../schema/analytics.ts';
import type { Day } from '../../schema/timestamp.ts';
import type { Project, ProjectGit } from '../../schema/projects.ts';
import { dayOf } from '../../util/dates.ts';
import { diagnostic } from '../../util/diagnostic.ts';
import { plural } from '../../util/text.ts';
import { fixFor } from './attention-fixes.ts';
import {
  agoText,
  daysSince,
  unsavedDays,
  type Context,
  type Facts,
  type Rule,
} from './attention-context.ts';
import { neverPushed, noUpstream, unpushed, upstreamGone } from './attention-push-rules.ts';
import { parseIgnore } from './ignored-rules.ts';
import { changesOf } from '../overview.ts';

/** Thresholds from which a reason is reported; docs/diagnostics.md documents them. */
const limits = {
  /** US dollars in 30 days without a commit. */
  cost: 5,
  /** US dollars in 7 days, and how many times the mean week of the 83 days before. */
  spike: 10,
  spikeFactor: 3,
  /** Percentage points of coverage lost in 30 days. */
  coverageLoss: 2,
  /** New TODOs in 30 days, absolute and relative to the TODOs before. */
  newTodos: 10,
  todoGrowth: 0.2,
  /** Days that changes may stay in the stash. */
  stashDays: 30,
  /** Number of days for which a vanished project is reported. */
  missingDays: 14,
};

/**
 * Returns why a project needs attention, the most severe reason first and information last, and how many reasons the
 * user ignores. Depends on the day only.
 */
export function attentionOf(
  facts: Facts,
  project: Project,
  today: Day,
): Pick<ProjectAnalytics, 'attention' | 'ignored'> {
  const { isIgnored, problem } = parseIgnore(project.ignore, today);
  const context: Context = {
    facts,
    project,
    today,
    git: knownGit(project),
    ignoreProblem: problem,
  };
  // The facts of a project that was not found are the last known ones: they do not call for action.
  const applicable: Partial<typeof rules> = isFound(facts) ? rules : { missing };
  const reasons = attentionCodes.flatMap((code): Attention[] => {
    const message = applicable[code]?.(context) ?? null;
    if (message === null) return [];
    const { severity, subject, hint } = diagnostic(code, { message, hint: fixFor(code, project) });
    return [{ severity, code, group: groupOf(code), subject, message, hint }];
  });
  const attention = reasons
    .filter(({ code }) => !isIgnored(code))
    .toSorted((one, other) => Number(callsForAction(other)) - Number(callsForAction(one)));
  return { attention, ignored: reasons.length - attention.length };
}

const knownGit = ({ state, git }: Project): ProjectGit | null => (state === 'ok' ? git : null);

const rules = {
  unreadable,
  conflicts,
  'unborn-with-files': unbornWithFiles,
  'detached-commits': detachedCommits,
  diverged,
  'never-pushed': neverPushed,
  'upstream-gone': upstreamGone,
  'no-upstream': noUpstream,
  unpushed,
  'unsaved-work': unsavedWork,
  stash,
  missing,
  'no-remote': noRemote,
  'over-budget': overBudget,
  'cost-without-commits': costWithoutCommits,
  'cost-spike': costSpike,
  'coverage-fell': coverageFell,
  'high-debt': highDebt,
  'todos-grew': todosGrew,
  behind,
  'invalid-ignore': ({ ignoreProblem }) => ignoreProblem,
} satisfies Record<AttentionCode, Rule>;

function unreadable({ facts: { state }, project: { git } }: Context): string | null {
  if (state === 'ok') return null;
  const error = git?.error ?? null;
  const reason = error === null ? '' : ` (${error})`;
  if (state !== 'untrusted') return `can't be read${reason}`;
  if (error === 'foreign-gitfile') return `unknown to the repository in its .git file${reason}`;
  const isForeign = error === null || error === 'dubious-ownership';
  return isForeign ? `owned by another user${reason}` : `not read because it is unsafe${reason}`;
}

function conflicts({ git }: Context): string | null {
  const files = git?.changes?.conflicts ?? 0;
  return files > 0 ? `${plural(files, 'file')} with merge conflicts` : null;
}

function unbornWithFiles({ git }: Context): string | null {
  if (git?.unborn !== true || git.dirty !== true) return null;
  const files = changesOf(git);
  return `never committed${files === null ? '' : `: ${plural(files, 'file')}`}`;
}

function detachedCommits({ git }: Context): string | null {
  const commits = git?.detached === true ? (git.unpushed?.commits ?? 0) : 0;
  return commits > 0 ? `${plural(commits, 'commit')} on no branch` : null;
}

function diverged({ git }: Context): string | null {
  const { ahead, behind, upstream } = git ?? {};
  return ahead && behind
    ? `diverged: ${plural(ahead, 'commit')} here, ${String(behind)} on ${upstream ?? 'the upstream'}`
    : null;
}

function unsavedWork({ git, today }: Context): string | null {
  if (git?.dirty !== true || git.unborn === true) return null;
  const since = git.oldestChangeAt ?? git.lastCommit?.date ?? null;
  if (since === null || daysSince(since, today) < unsavedDays) return null;
  const changes = changesOf(git);
  const text = changes === null ? 'uncommitted changes' : plural(changes, 'uncommitted change');
  const isKnown = git.oldestChangeAt !== null;
  return `${text}, ${isKnown ? `the oldest ${agoText(since, today)}` : `last commit ${agoText(since, today)}`}`;
}

function stash({ git, today }: Context): string | null {
  const { entries, oldestAt } = git?.stash ?? { entries: 0, oldestAt: null };
  if (entries === 0 || oldestAt === null || daysSince(oldestAt, today) < limits.stashDays) {
    return null;
  }
  return `${plural(entries, 'stash entry', 'stash entries')}, the oldest ${agoText(oldestAt, today)}`;
}

function missing({ project, today }: Context): string | null {
  const { state, missingSince, lastSeen } = project;
  if (state !== 'missing' || daysSince(missingSince, today) > limits.missingDays) return null;
  return lastSeen === null ? 'vanished' : `vanished, last seen by the run of ${dayOf(lastSeen)}`;
}

function noRemote({ git, project }: Context): string | null {
  const isLocal = git?.remotes?.length === 0 && git.unborn === false;
  // The commits of a linked work tree are in its main repository, which is reported.
  return isLocal && git.worktreeOf === null && project.kind === 'git'
    ? 'exists on this machine only: no remote'
    : null;
}

function overBudget({ facts: { budget } }: Context): string | null {
  const { used, monthlyUsd } = budget ?? { used: null, monthlyUsd: 0 };
  if (used === null || used < 100) return null;
  return `${String(Math.floor(used))} % of the budget of ${String(monthlyUsd)} USD is spent this month`;
}

function costWithoutCommits({ facts: { cost30Usd, activity } }: Context): string | null {
  if (activity.commits30 !== 0) return null;
  const cost = Number(cost30Usd ?? 0);
  return cost >= limits.cost ? `$${cost.toFixed(2)} in 30 days without a commit` : null;
}

function costSpike({ facts: { costs } }: Context): string | null {
  const sum = (key: 'days7' | 'days90'): number =>
    (costs ?? []).reduce((all, one) => all + Number(one[key] ?? 0), 0);
  const [week, total] = [sum('days7'), sum('days90')];
  const usualWeek = ((total - week) / 83) * 7;
  // Without an earlier cost there is nothing to compare with.
  if (usualWeek <= 0 || week < limits.spike || week < usualWeek * limits.spikeFactor) return null;
  return `$${week.toFixed(2)} in 7 days, ${(week / usualWeek).toFixed(0)} times as much as usual`;
}

function coverageFell({ facts: { quality } }: Context): string | null {
  const change = quality?.coverageChange30 ?? 0;
  if (change > -limits.coverageLoss) return null;
  return `coverage fell by ${(-change).toFixed(1)} points in 30 days`;
}

function highDebt({ facts: { quality, activity, cost30Usd }, today }: Context): string | null {
  if (quality?.techDebt !== 'high') return null;
  const isActive = daysSince(activity.lastCommit, today) <= 30 || Number(cost30Usd ?? 0) > 0;
  return isActive ? 'high technical debt in an active project' : null;
}

function todosGrew({ facts: { quality } }: Context): string | null {
  const { todos, todosChange30: change } = quality ?? { todos: null, todosChange30: null };
  if (todos === null || change === null || change < limits.newTodos) return null;
  return change >= (todos - change) * limits.todoGrowth
    ? `${String(change)} more TODOs in 30 days`
    : null;
}

function behind({ git }: Context): string | null {
  return git?.behind && !git.ahead
    ? `${plural(git.behind, 'commit')} behind ${git.upstream ?? 'the upstream'}`
    : null;
}
