import { attentionCodes } from '../schema/attention-codes.ts';
import type { ProjectAnalytics } from '../schema/analytics.ts';

/** The cost of the last 30 days, of the source in which it is highest; null when none is known. */
export function costOf({ costs }: ProjectAnalytics): number | null {
  const known = (costs ?? []).flatMap(({ days30 }) => (days30 === null ? [] : [Number(days30)]));
  return known.length === 0 ? null : Math.max(...known);
}

/** What needs a person first, then what costs most, then what was worked on last; missing ones at the end. */
export function inOrder(projects: readonly ProjectAnalytics[]): readonly ProjectAnalytics[] {
  const keys = new Map(
    projects.map((project) => {
      const { attention, activity, state } = project;
      const [worst] = attention;
      const rank = worst === undefined ? attentionCodes.length : attentionCodes.indexOf(worst.code);
      const isGone = state === 'missing' && worst === undefined ? 1 : 0;
      return [
        project,
        {
          isGone,
          rank,
          reasons: attention.length,
          cost: costOf(project) ?? -1,
          at: activity.lastCommit ?? '',
        },
      ] as const;
    }),
  );
  return projects.toSorted((left, right) => {
    const [one, other] = [keys.get(left), keys.get(right)];
    if (one === undefined || other === undefined) return 0;
    return (
      one.isGone - other.isGone ||
      one.rank - other.rank ||
      other.reasons - one.reasons ||
      other.cost - one.cost ||
      (one.at < other.at ? 1 : one.at > other.at ? -1 : 0) ||
      (left.id < right.id ? -1 : 1)
    );
  });
}
