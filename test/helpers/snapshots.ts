import type { Project } from '../../src/schema/projects.ts';
import type { ProjectQuality } from '../../src/schema/quality.ts';
import type { Snapshot } from '../../src/schema/syncs.ts';
import type { TokenEntry } from '../../src/schema/tokens.ts';
import { createYield } from '../../src/util/async.ts';

export const yieldToEventLoop = createYield(new AbortController().signal);

/** Returns an entry of one day and model in the local logs, with one response of one input token. */
export const usageOf = (date: string, changes: Partial<TokenEntry> = {}): TokenEntry => ({
  date,
  source: 'claude-code',
  model: 'opus',
  project: '/code/alpha',
  tokens: {
    input: 1,
    output: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    cacheRead: 0,
    webSearches: 0,
  },
  responses: 1,
  costUsd: '1.000000',
  costBasis: 'calculated',
  ...changes,
});

/** Returns a snapshot of sorted entries with a state for each source. */
export function tokensSnapshot(
  daily: readonly TokenEntry[],
  coveredFrom = daily.map(({ date }) => date).toSorted()[0] ?? null,
): Snapshot<'tokens'> {
  const state = {
    status: 'success' as const,
    message: null,
    coveredFrom,
    coveredTo: null,
    unpricedModels: [],
    warnings: {},
  };
  const names = new Set(daily.map(({ source }) => source));
  return {
    schemaVersion: 1,
    updatedAt: '2026-11-23T08:45:00.000Z',
    timeZone: 'UTC',
    sources: Object.fromEntries([...names].map((name) => [name, state])),
    totals: {},
    daily: [...daily],
    projects: [],
    manual: [],
  };
}

export function projectOf(id: string, changes: Partial<Project> = {}): Project {
  return {
    id,
    name: id,
    path: `/code/${id}`,
    previousPaths: [],
    kind: 'git',
    description: null,
    stack: { languages: null, frameworks: [], packageManager: null },
    license: null,
    counts: { files: 1, commits: 10 },
    state: 'ok',
    missingSince: null,
    notObservedSince: null,
    firstSeen: '2026-01-01T00:00:00.000Z',
    lastSeen: null,
    git: gitOf({}),
    ...changes,
  };
}

export function gitOf(changes: Partial<NonNullable<Project['git']>>): NonNullable<Project['git']> {
  return {
    branch: 'main',
    detached: false,
    unborn: false,
    format: 'sha1',
    lastCommit: {
      hash: 'a'.repeat(40),
      date: '2026-11-22T10:00:00.000Z',
      subject: 'First commit',
      author: 'Ada Example',
    },
    changes: { staged: 0, unstaged: 0, untracked: 0, conflicts: 0 },
    dirty: false,
    upstream: null,
    upstreamGone: null,
    ahead: null,
    behind: null,
    oldestChangeAt: null,
    unpushed: null,
    commitDays: null,
    changedLines: null,
    stash: null,
    remotes: null,
    remote: null,
    shallow: false,
    worktreeOf: null,
    error: null,
    ...changes,
  };
}

export const projectsSnapshot = (...projects: readonly Project[]): Snapshot<'projects'> => ({
  schemaVersion: 1,
  updatedAt: '2026-11-23T08:45:00.000Z',
  roots: [],
  summary: { projects: projects.length, missing: 0, notObserved: 0, dirty: 0 },
  projects: [...projects],
});

export function qualityOf(
  id: string,
  { percent, todos }: { readonly percent: number | null; readonly todos: number | null },
  changes: Partial<ProjectQuality> = {},
): ProjectQuality {
  return {
    id,
    path: `/code/${id}`,
    missing: false,
    notObservedSince: null,
    lastSeen: null,
    head: null,
    coverage: {
      percent,
      covered: null,
      total: null,
      metric: null,
      branches: null,
      functions: null,
      sources: [],

      freshness: null,
      staleFiles: null,
      missingFiles: null,
      reason: null,
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
      reason: null,
    },
    todos: {
      total: todos,
      todo: todos,
      fixme: 0,
      perKloc: null,
      files: 1,
      lines: 1,
      skipped: { binary: 0, tooLarge: 0, generated: 0, vendored: 0 },
    },
    hotspots: { files: [], reason: null },
    techDebt: null,
    debtScore: null,
    confidence: null,
    reasons: [],
    ...changes,
  };
}

export const qualitySnapshot = (...projects: readonly ProjectQuality[]): Snapshot<'quality'> => ({
  schemaVersion: 1,
  updatedAt: '2026-11-23T08:45:00.000Z',
  summary: { projects: projects.length, withCoverage: 0, withLighthouse: 0, todos: null },
  projects: [...projects],
});
