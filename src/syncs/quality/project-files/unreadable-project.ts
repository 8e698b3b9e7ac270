import type { FoundProject } from '../../../discovery/discovery.ts';
import type { ProjectQuality } from '../../../schema/quality.ts';

/** Returns the entry of a project that cannot be read and has no earlier entry. */
export function unreadableProject({ id, path }: FoundProject, reason: string): ProjectQuality {
  return {
    id,
    path,
    missing: false,
    notObservedSince: null,
    lastSeen: null,
    head: null,
    coverage: {
      percent: null,
      covered: null,
      total: null,
      metric: null,
      branches: null,
      functions: null,
      sources: [],
      freshness: null,
      staleFiles: null,
      missingFiles: null,
      reason,
    },
    lighthouse: {
      score: null,
      performance: null,
      accessibility: null,
      bestPractices: null,
      seo: null,
      urls: [],
      runs: 0,
      rule: null,
      fetchTime: null,
      freshness: null,
      reason,
    },
    todos: {
      total: null,
      todo: null,
      fixme: null,
      perKloc: null,
      files: null,
      lines: null,
      skipped: { binary: 0, tooLarge: 0, generated: 0, vendored: 0 },
    },
    hotspots: { files: null, reason },
    techDebt: null,
    debtScore: null,
    confidence: null,
    reasons: [reason],
  };
}
