import { attentionRank } from '../analytics/overview.ts';
import { callsForAction } from '../schema/attention-codes.ts';
import { isFound } from '../schema/project-states.ts';
import type { ProjectAnalytics } from '../schema/analytics.ts';

/** Returns the cost in 30 days as a number. */
export const costOf = ({ cost30Usd }: ProjectAnalytics): number | null =>
  cost30Usd === null ? null : Number(cost30Usd);

/**
 * Sorts by most severe attention reason, number of reasons, cost and last commit. Projects that are missing
 * or not observed come last, unless they have a reason.
 */
export const sortProjects = (projects: readonly ProjectAnalytics[]): readonly ProjectAnalytics[] =>
  projects
    .map((project) => ({
      project,
      keys: [
        !isFound(project) && project.attention.length === 0 ? 1 : 0,
        attentionRank(project),
        -project.attention.filter(callsForAction).length,
        -(costOf(project) ?? -1),
      ],
      lastCommit: project.activity.lastCommit ?? '',
    }))
    .sort(
      (a, b) =>
        a.keys.map((key, index) => key - (b.keys[index] ?? 0)).find((order) => order !== 0) ??
        (compare(b.lastCommit, a.lastCommit) || compare(a.project.id, b.project.id)),
    )
    .map(({ project }) => project);

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
