import { projectRows } from '../analytics/overview.ts';
import type { Project } from '../schema/projects.ts';
import { syncNames } from '../schema/sync-names.ts';
import { groupBy } from '../util/collections.ts';
import { dayOf } from '../util/dates.ts';
import { sanitizeLine } from '../util/text.ts';
import type { PageInputs } from './build-page-data.ts';
import type { Costs, PageProject } from './page-data.ts';
import { sortProjects } from './sort-projects.ts';
import { webAddress } from './web-address.ts';

/** Returns the projects in the order of the page, with their series. */
export function pageProjects(
  { stored, status }: PageInputs,
  series: {
    readonly costs: ReadonlyMap<string, Costs>;
    readonly commits: ReadonlyMap<string, readonly number[]>;
    readonly changedLines: (git: Project['git']) => readonly (number | null)[] | null;
    readonly quality: ReadonlyMap<string, readonly (number | null)[]>;
  },
): readonly PageProject[] {
  const rows = new Map(projectRows(stored).map((row) => [row.id, row]));
  const registered = new Map(stored.projects?.projects.map((one) => [one.id, one]));
  const warnings = syncNames.flatMap((name) => {
    const result = status?.run.results[name];
    return result === undefined || result.outcome === 'skipped' ? [] : result.warnings;
  });
  const warningsOf = groupBy(warnings, ({ subject }) => subject?.split(':')[0] ?? null);
  return sortProjects(stored.analytics.projects ?? []).map((derived) => {
    const { id, name, path, quality, activity } = derived;
    // Absent if projects.json is damaged.
    const project = registered.get(id);
    const row = rows.get(id);
    const { coverage, todos, techDebt, lighthouse } = quality ?? {};
    return {
      ...{ id, name, path },
      ...withoutEmpty({
        state: derived.state === 'ok' ? null : derived.state,
        absentSince: project?.missingSince ?? derived.notObservedSince,
        firstSeen: project === undefined ? null : dayOf(project.firstSeen),
        lastSeen: derived.lastSeen,
        client: row?.client,
        tags: row?.tags,
        deadline: row?.deadline,
        notes: row?.notes,
        description: project?.description == null ? null : sanitizeLine(project.description, 200),
        stack: row?.stack.slice(0, 6),
        license: project?.license,
        attention: derived.attention.map(({ severity, code, group, message, hint }) => ({
          ...{ severity, code, group, message, hint },
        })),
        ignored: derived.ignored === 0 ? null : derived.ignored,
        coverage,
        todos,
        debt: techDebt,
        lighthouse,
        warnings: (warningsOf.get(id) ?? []).map(({ message }) => message),
        costs: series.costs.get(id),
        commits: series.commits.get(id),
        changedLines: series.changedLines(project?.git ?? null),
        quality: series.quality.get(id),
        dirty: activity.dirty,
        ahead: activity.ahead,
      }),
      ...(project === undefined ? {} : gitFacts(project, row?.changes ?? null)),
    };
  });
}

/** Returns the facts of git, if the last run read them. */
function gitFacts({ git, lastSeen }: Project, changes: number | null): Partial<PageProject> {
  if (git === null || lastSeen !== null) return {};
  const { lastCommit, unpushed, stash } = git;
  return withoutEmpty({
    remote: webAddress(git.remote),
    branch: git.branch,
    upstream: git.upstream,
    ahead: git.ahead,
    behind: git.behind === 0 ? null : git.behind,
    // Without changes, `dirty` is sufficient.
    changes: changes === 0 ? null : changes,
    oldestChangeAt: git.oldestChangeAt,
    unpushed: unpushed?.commits === 0 ? null : unpushed,
    stash: stash?.entries === 0 ? null : stash,
    lastCommit:
      lastCommit === null
        ? null
        : { at: lastCommit.date, subject: sanitizeLine(lastCommit.subject, 120) },
  });
}

/** Returns an object without properties that are null or empty. */
function withoutEmpty<Value extends object>(
  value: Value,
): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  const known = Object.entries(value).filter(
    ([, one]) => one !== null && one !== undefined && !(Array.isArray(one) && one.length === 0),
  );
  return Object.fromEntries(known) as { [Key in keyof Value]?: NonNullable<Value[Key]> };
}
