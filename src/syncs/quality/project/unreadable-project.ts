import type { ProjectQuality } from '../../../schema/quality.ts';
import type { FoundProject } from '../../../discovery/discovery.ts';

/** The entry of a project that could not be read, and of which nothing is known from before. */
export function unknownProject({ id, path }: FoundProject, reason: string): ProjectQuality {
  return {
    id,
    path,
    head: null,
    coverage: {
      ...{ percent: null, covered: null, total: null, metric: null, branches: null },
      ...{ functions: null, sources: [], freshness: null, staleFiles: null, missingFiles: null },
      reason,
    },
    lighthouse: {
      ...{ score: null, performance: null, accessibility: null, bestPractices: null, seo: null },
      ...{ urls: [], runs: 0, rule: null, fetchTime: null, freshness: null, reason },
    },
    todos: {
      ...{ total: null, todo: null, fixme: null, perKloc: null, files: null, lines: null },
      skipped: { binary: 0, tooLarge: 0, generated: 0 },
    },
    techDebt: 'none',
    debtScore: null,
    confidence: 'none',
    reasons: [reason],
  };
}
